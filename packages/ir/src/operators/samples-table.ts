import type { OpName } from '../graph/graph.ts';
import { contractionSamples } from './contraction/contraction.samples.ts';
import { controlSamples } from './control/control.samples.ts';
import { elementwiseSamples } from './elementwise/elementwise.samples.ts';
import { indexingSamples } from './indexing/indexing.samples.ts';
import { layoutSamples } from './layout/layout.samples.ts';
import { reduceSamples } from './reduce/reduce.samples.ts';
import type { Sample } from './sample.ts';
import { sourceSamples } from './source/source.samples.ts';
import { windowSamples } from './window/window.samples.ts';

/** Test samples of every operator. */
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
