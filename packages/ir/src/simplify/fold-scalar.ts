import type { ScalarOp } from '../scalar/scalar.ts';
import { type DType, dtypes, isFloat } from '../types/dtype.ts';
import { roundToFloat16 } from '../types/float16.ts';
import { roundHalfToEven } from '../types/round-half-to-even.ts';

/**
 * Function that computes the result of an instruction on numbers; the caller rounds it to the dtype. `from` is the
 * dtype of the last operand.
 */
type Fold = (operands: readonly number[], from: DType) => number;

/**
 * For each scalar instruction, the function that folds it. Null for transcendental functions, whose results in
 * JavaScript differ in the last bits between engines; they are left to the backend.
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

/** Returns a number as a dtype stores it: rounded for floats, wrapped for integers. */
export function hold(value: number, dtype: DType): number {
  switch (dtype) {
    case 'float32':
      return Math.fround(value);
    case 'float64':
      return value;
    case 'float16':
      return roundToFloat16(value);
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

/**
 * Converts a float as a cast does. To an integer: truncates, clamps to the range of the dtype, and converts NaN to 0.
 * To bool: returns 1 unless the number is 0.
 */
function saturated(value: number, dtype: DType): number {
  if (dtype === 'bool') return value === 0 ? 0 : 1;
  const { min, max } = dtypes[dtype];
  return Number.isNaN(value) ? 0 : Math.min(max, Math.max(min, Math.trunc(value)));
}
