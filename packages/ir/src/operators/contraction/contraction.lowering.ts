import type { Lowering } from '../lowering.ts';
import type { ContractionOps } from './contraction.ts';
import { dot } from './dot.lowering.ts';
import { topK } from './top-k.lowering.ts';

/** Lowerings of `dot` and `topK`. */
export const contractionLowering: { readonly [K in ContractionOps]: Lowering<K> } = { dot, topK };
