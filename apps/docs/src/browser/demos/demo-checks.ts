import { checkDecisionBoundaries } from './decision-boundaries.fixture.ts';
import type { DemoPage } from './demo-page.ts';
import { checkDigits } from './digits.fixture.ts';
import { checkEmbeddings } from './embeddings.fixture.ts';
import { checkFilters } from './filters.fixture.ts';
import { checkGpt } from './gpt.fixture.ts';

/** For the page of each demo, what it must do after Start. */
export const demoChecks: Readonly<Record<string, (demo: DemoPage) => Promise<void>>> = {
  'decision-boundaries': checkDecisionBoundaries,
  digits: checkDigits,
  filters: checkFilters,
  embeddings: checkEmbeddings,
  gpt: checkGpt,
};
