import type { OpName } from './attributes.ts';
import { contractionReference } from './contraction.reference.ts';
import { controlReference } from './control.reference.ts';
import { elementwiseReference } from './elementwise.reference.ts';
import { indexingReference } from './indexing.reference.ts';
import { layoutReference } from './layout.reference.ts';
import { reduceReference } from './reduce.reference.ts';
import type { Reference } from './reference.ts';
import { sourceReference } from './source.reference.ts';
import { windowReference } from './window.reference.ts';

/** The reference of every operator. */
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
