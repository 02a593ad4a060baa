import type { Lowering } from '../lowering.ts';
import { windows } from './cells.lowering.ts';
import { conv } from './conv.lowering.ts';
import { maxPool } from './max-pool.lowering.ts';
import { maxUnpool } from './max-unpool.lowering.ts';
import { windowSum } from './sum.lowering.ts';
import type { WindowOps } from './window.ts';

/** Lowerings of the operators that move a window over the last axes. */
export const windowLowering: { readonly [K in WindowOps]: Lowering<K> } = {
  windows,
  conv,
  windowSum,
  maxPool,
  maxUnpool,
};
