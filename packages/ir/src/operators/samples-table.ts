import type { OpName } from './attributes.ts';
import { contractionSamples } from './contraction.samples.ts';
import { controlSamples } from './control.samples.ts';
import { elementwiseSamples } from './elementwise.samples.ts';
import { indexingSamples } from './indexing.samples.ts';
import { layoutSamples } from './layout.samples.ts';
import { reduceSamples } from './reduce.samples.ts';
import type { Sample } from './sample.ts';
import { sourceSamples } from './source.samples.ts';
import { windowSamples } from './window.samples.ts';

/** The test cases of every operator. */
export const samples: { readonly [K in OpName]: readonly Sample<K>[] } = {
  ...sourceSamples,
  ...elementwiseSamples,
  ...reduceSamples,
  ...layoutSamples,
  ...indexingSamples,
  ...contractionSamples,
  ...windowSamples,
  ...controlSamples,
};
