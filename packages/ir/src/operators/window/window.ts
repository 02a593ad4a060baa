import type { Operator } from '../operator.ts';
import { windows } from './cells.ts';
import { conv } from './conv.ts';
import { maxPool } from './max-pool.ts';
import { maxUnpool } from './max-unpool.ts';
import { windowSum } from './sum.ts';

/** Names of the operators that move a window over the last axes. */
export type WindowOps = 'windows' | 'conv' | 'windowSum' | 'maxPool' | 'maxUnpool';

/** The operators that move a window over the last axes. */
export const window: { readonly [K in WindowOps]: Operator<K> } = { windows, conv, windowSum, maxPool, maxUnpool };
