import type { Shape, Tensor } from '@manabi/core';
import type { Choice, Chosen } from './choice.ts';

/** dtypes that meet in the one that comes later; every other meets only itself. */
const LATTICE = ['bool', 'int32', 'float32'];

/** Whether two tensors may be operands of one function of elements. */
function canMeet(x: Tensor, y: Tensor): boolean {
  const known = x.dtype === y.dtype || (LATTICE.includes(x.dtype) && LATTICE.includes(y.dtype));
  return known && canBroadcast(x.shape, y.shape);
}

function canBroadcast(a: Shape, b: Shape): boolean {
  const shared = Math.min(a.length, b.length);
  for (let i = 1; i <= shared; i++) {
    const [m, n] = [a[a.length - i], b[b.length - i]];
    if (m !== n && m !== 1 && n !== 1) return false;
  }
  return true;
}

/** A value that may meet another one: itself, if there is no other. */
export function partner(choice: Choice, x: Chosen): Chosen {
  return choice.value((y) => y !== x.tensor && canMeet(x.tensor, y)) ?? x;
}
