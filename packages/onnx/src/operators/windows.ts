import type { Rows } from './row.ts';
import { convolution } from './windows-conv.ts';
import { gathered } from './windows-gather.ts';
import { maxPool, maxUnpool, windowSum } from './windows-pool.ts';

/** Names of operators with sliding windows. */
export type WindowName = 'windows' | 'conv' | 'windowSum' | 'maxPool' | 'maxUnpool';

export const windowRows: Rows<WindowName> = {
  windows: { write: (scope, node) => [gathered(scope, node)] },
  conv: { write: convolution },
  windowSum: { write: windowSum },
  maxPool: { write: maxPool },
  maxUnpool: { write: maxUnpool },
};
