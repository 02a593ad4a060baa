import { type DType, dtypes, isFloat } from '../../types/dtype.ts';
import type { Reference } from '../reference.ts';
import { fillReference } from '../reference-array.ts';
import type { ElementwiseBinaryOp } from './binary.ts';

/**
 * Reference implementations of the binary elementwise operators. Integer results wrap when they are stored in a typed
 * array.
 */
export const elementwiseBinaryReference: { readonly [K in ElementwiseBinaryOp]: Reference<K> } = {
  add: each((x, y) => x + y),
  sub: each((x, y) => x - y),
  mul: each((x, y, dtype) => (isFloat(dtype) ? x * y : Math.imul(x, y))),
  div: each((x, y, dtype) => (isFloat(dtype) ? x / y : y === 0 ? x : Math.trunc(x / y))),
  rem: each((x, y, dtype) => (isFloat(dtype) || y !== 0 ? x % y : 0)),
  pow: each(power),
  max: each((x, y) => Math.max(x, y)),
  min: each((x, y) => Math.min(x, y)),
  equal: each((x, y) => (x === y ? 1 : 0)),
  less: each((x, y) => (x < y ? 1 : 0)),
  lessEqual: each((x, y) => (x <= y ? 1 : 0)),
  and: each((x, y) => x & y),
  or: each((x, y) => x | y),
  xor: each((x, y) => x ^ y),
  shiftLeft: each((x, amount, dtype) => x << (amount % bitsOf(dtype))),
  shiftRight: each((x, amount, dtype) =>
    dtypes[dtype].kind === 'signed' ? x >> (amount % bitsOf(dtype)) : x >>> (amount % bitsOf(dtype)),
  ),
};

function each<K extends ElementwiseBinaryOp>(compute: (x: number, y: number, dtype: DType) => number): Reference<K> {
  return ([x, y], _attributes, [result]) => [fillReference(result, (i) => compute(x.data[i], y.data[i], x.dtype))];
}

function bitsOf(dtype: DType): number {
  return 8 * dtypes[dtype].bytes;
}

/** Computes x^y by the rules of IEEE 754, which differ from JavaScript: 1^NaN and (-1)^±Infinity are 1, not NaN. */
function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  return x ** y;
}
