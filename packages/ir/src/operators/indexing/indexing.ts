import type { Operator } from '../operator.ts';
import { gather, gatherElements, gatherND } from './gather.ts';
import { scatterElements, scatterND } from './scatter.ts';

/** Names of the operators that read or write elements at indices from an operand: gathers and scatters. */
export type IndexingOps = 'gather' | 'gatherElements' | 'gatherND' | 'scatterElements' | 'scatterND';

/** The operators that read or write elements at indices from an operand: gathers and scatters. */
export const indexing: { readonly [K in IndexingOps]: Operator<K> } = {
  gather,
  gatherElements,
  gatherND,
  scatterElements,
  scatterND,
};
