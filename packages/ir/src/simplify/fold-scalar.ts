import type { ScalarOp } from '../scalar/scalar.ts';
import { type DType, dtypes, isFloat } from '../types/dtype.ts';
import { roundHalfToEven } from '../types/round-half-to-even.ts';

/**
 * Computes an instruction on numbers of one dtype; the caller rounds the result. `from` is the dtype of the last
 * operand.
 */
type Fold = (operands: readonly number[], from: DType) => number;

/**
 * Scalar instructions that produce the same bits on every machine and can be folded. The others (null) are left to the
 * backend, because JavaScript's transcendental functions differ in the last bits between engines.
 */
const folds: { readonly [K in ScalarOp]: Fold | null } = {
  neg: ([x]) => -x,
  abs: ([x]) => Math.abs(x),
  sign: ([x]) => Math.sign(x),
  floor: ([x]) => Math.floor(x),
  ceil: ([x]) => Math.ceil(x),
  round: ([x]) => roundHalfToEven(x),
  exp: null,
  exp2: null,
  expm1: null,
  log: null,
  log1p: null,
  sqrt: ([x]) => Math.sqrt(x),
  sin: null,
  cos: null,
  tan: null,
  asin: null,
  atan: null,
  tanh: null,
  sigmoid: null,
  erf: null,
  isNaN: ([x]) => Number(Number.isNaN(x)),
  isInf: ([x]) => Number(Math.abs(x) === Number.POSITIVE_INFINITY),
  not: ([x], from) => (from === 'bool' ? 1 - x : ~x),
  cast: ([x]) => x,
  bitcast: null,
  add: ([x, y]) => x + y,
  sub: ([x, y]) => x - y,
  mul: ([x, y], from) => (isFloat(from) ? x * y : Math.imul(x, y)),
  div: ([x, y], from) => (isFloat(from) ? x / y : y === 0 ? x : Math.trunc(x / y)),
  rem: ([x, y], from) => (isFloat(from) || y !== 0 ? x % y : 0),
  pow: null,
  max: ([x, y]) => Math.max(x, y),
  min: ([x, y]) => Math.min(x, y),
  equal: ([x, y]) => Number(x === y),
  less: ([x, y]) => Number(x < y),
  lessEqual: ([x, y]) => Number(x <= y),
  and: ([x, y]) => x & y,
  or: ([x, y]) => x | y,
  xor: ([x, y]) => x ^ y,
  shiftLeft: null,
  shiftRight: null,
  select: ([condition, x, y]) => (condition === 0 ? y : x),
};

/**
 * Returns the result of an instruction, or null if only a backend can compute it.
 *
 * @param from dtype of the last operand
 * @param to dtype of the result
 */
export function foldScalar(op: ScalarOp, operands: readonly number[], from: DType, to: DType): number | null {
  const fold = folds[op];
  if (fold === null) return null;
  const value = fold(operands, from);
  return isFloat(from) && !isFloat(to) && op === 'cast' ? saturated(value, to) : hold(value, to);
}

/** Rounds or wraps a number to a dtype. */
export function hold(value: number, dtype: DType): number {
  switch (dtype) {
    case 'float32':
      return Math.fround(value);
    case 'float64':
      return value;
    case 'int32':
      return value | 0;
    case 'uint32':
      return value >>> 0;
    case 'uint8':
      return value & 255;
    case 'bool':
      return value === 0 ? 0 : 1;
  }
}

/** Converts a float to an integer: truncates, saturates, and maps NaN to 0. For bool, maps non-zero values to 1. */
function saturated(value: number, dtype: DType): number {
  if (dtype === 'bool') return value === 0 ? 0 : 1;
  const { min, max } = dtypes[dtype];
  return Number.isNaN(value) ? 0 : Math.min(max, Math.max(min, Math.trunc(value)));
}
