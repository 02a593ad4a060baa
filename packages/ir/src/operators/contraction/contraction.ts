import type { Operator } from '../operator.ts';
import { dot } from './dot.ts';
import { topK } from './top-k.ts';

/** Names of the operators that join elements across places: sums of products, and order. */
export type ContractionOps = 'dot' | 'topK';

/** The operators that join elements across places: sums of products, and order. */
export const contraction: { readonly [K in ContractionOps]: Operator<K> } = { dot, topK };
