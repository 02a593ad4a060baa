import type { OpName } from '../graph/graph.ts';
import { contractionReference } from './contraction/contraction.reference.ts';
import { controlReference } from './control/control.reference.ts';
import { elementwiseReference } from './elementwise/elementwise.reference.ts';
import { indexingReference } from './indexing/indexing.reference.ts';
import { layoutReference } from './layout/layout.reference.ts';
import { reduceReference } from './reduce/reduce.reference.ts';
import type { Reference } from './reference.ts';
import { sourceReference } from './source/source.reference.ts';
import { windowReference } from './window/window.reference.ts';

/** Reference implementation of every operator. */
export const references: { readonly [K in OpName]: Reference<K> } = {
  ...sourceReference,
  ...elementwiseReference,
  ...reduceReference,
  ...layoutReference,
  ...indexingReference,
  ...contractionReference,
  ...windowReference,
  ...controlReference,
};
