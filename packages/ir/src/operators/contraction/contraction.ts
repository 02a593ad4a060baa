import type { Operator } from '../operator.ts';
import { dot } from './dot.ts';
import { topK } from './top-k.ts';

/** Names of the operators that combine elements across indices: sums of products and sorting. */
export type ContractionOps = 'dot' | 'topK';

/** The operators that combine elements across indices: sums of products and sorting. */
export const contraction: { readonly [K in ContractionOps]: Operator<K> } = { dot, topK };
