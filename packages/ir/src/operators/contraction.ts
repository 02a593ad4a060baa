import { dot } from './contraction-dot.ts';
import { topK } from './contraction-top-k.ts';
import type { Operator } from './operator.ts';

/** Names of the operators that join elements across places: sums of products, and order. */
export type ContractionOps = 'dot' | 'topK';

/** The operators that join elements across places: sums of products, and order. */
export const contraction: { readonly [K in ContractionOps]: Operator<K> } = { dot, topK };
