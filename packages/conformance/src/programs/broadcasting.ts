import type { Shape, Tensor } from '@manabi/core';
import type { Choice, Chosen } from './choice.ts';

/**
 * dtypes in order of promotion: two of them promote to the one that is later in the list. All other dtypes can be
 * combined only with themselves.
 */
const PROMOTION = ['bool', 'int32', 'float32'];

/** Whether two tensors may be operands of one elementwise function. */
function canCombine(x: Tensor, y: Tensor): boolean {
  const promotes = x.dtype === y.dtype || (PROMOTION.includes(x.dtype) && PROMOTION.includes(y.dtype));
  return promotes && canBroadcast(x.shape, y.shape);
}

function canBroadcast(a: Shape, b: Shape): boolean {
  const shared = Math.min(a.length, b.length);
  for (let i = 1; i <= shared; i++) {
    const [m, n] = [a[a.length - i], b[b.length - i]];
    if (m !== n && m !== 1 && n !== 1) return false;
  }
  return true;
}

/** Returns a random other value that may be combined with `x`; `x` itself if no other value can be. */
export function partner(choice: Choice, x: Chosen): Chosen {
  return choice.value((y) => y !== x.tensor && canCombine(x.tensor, y)) ?? x;
}
