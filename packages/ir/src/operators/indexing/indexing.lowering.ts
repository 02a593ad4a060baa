import type { Lowering } from '../lowering.ts';
import { gather, gatherElements, gatherND } from './gather.lowering.ts';
import type { IndexingOps } from './indexing.ts';
import { scatterElements, scatterND } from './scatter.lowering.ts';

/** Lowerings of the operators that read or write elements at indices from an operand: gathers and scatters. */
export const indexingLowering: { readonly [K in IndexingOps]: Lowering<K> } = {
  gather,
  gatherElements,
  gatherND,
  scatterElements,
  scatterND,
};
