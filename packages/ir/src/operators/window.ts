import type { Operator } from './operator.ts';
import { windows } from './window-cells.ts';
import { conv } from './window-conv.ts';
import { maxPool } from './window-max-pool.ts';
import { maxUnpool } from './window-max-unpool.ts';
import { windowSum } from './window-sum.ts';

/** Names of the operators that move a window over the last axes. */
export type WindowOps = 'windows' | 'conv' | 'windowSum' | 'maxPool' | 'maxUnpool';

/** The operators that move a window over the last axes. */
export const window: { readonly [K in WindowOps]: Operator<K> } = { windows, conv, windowSum, maxPool, maxUnpool };
