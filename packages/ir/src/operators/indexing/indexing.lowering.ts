import type { Lowering } from '../lowering.ts';
import { gather, gatherElements, gatherND } from './gather.lowering.ts';
import type { IndexingOps } from './indexing.ts';
import { scatterElements, scatterND } from './scatter.lowering.ts';

/** How the operators that read and write at places found in an operand become loops. */
export const indexingLowering: { readonly [K in IndexingOps]: Lowering<K> } = {
  gather,
  gatherElements,
  gatherND,
  scatterElements,
  scatterND,
};
