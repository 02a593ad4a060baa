import type { Operator } from '../operator.ts';
import { gather, gatherElements, gatherND } from './gather.ts';
import { scatterElements, scatterND } from './scatter.ts';

/** Names of the operators that read and write at indices held by an operand. */
export type IndexingOps = 'gather' | 'gatherElements' | 'gatherND' | 'scatterElements' | 'scatterND';

/** The operators that read and write at indices held by an operand. */
export const indexing: { readonly [K in IndexingOps]: Operator<K> } = {
  gather,
  gatherElements,
  gatherND,
  scatterElements,
  scatterND,
};
