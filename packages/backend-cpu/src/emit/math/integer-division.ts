import type { Expression } from './expression.ts';
import { f64x2, i32x4 } from './vector.ts';
import { both, halves, lowWords } from './widen.ts';

/**
 * Returns quotients in float64. They are exact after truncation, because different quotients differ by a factor of at
 * least 1 + 2^-32.
 */
function quotient(x: Expression, y: Expression, widen: (half: Expression) => Expression): Expression {
  const divisors = both(halves(y), widen);
  const quotients = both(both(halves(x), widen), (half, which) => f64x2.trunc(f64x2.div(half, divisors[which])));
  // Adding 1.5 * 2^52 leaves the integer modulo 2^32 in the low word, so minInt / -1 = minInt.
  return lowWords(both(quotients, (half) => f64x2.add(half, f64x2.of(1.5 * 2 ** 52))));
}

/** Returns divisors with 1 in place of 0, so x / 0 is x with remainder 0. */
function nonZero(y: Expression): Expression {
  return i32x4.sub(y, i32x4.equal(y, i32x4.of(0)));
}

/** Computes x / y of int32 lanes, truncated; x / 0 = x, minInt / -1 = minInt. */
export function divideInt32(x: Expression, y: Expression): Expression {
  return quotient(x, nonZero(y), f64x2.fromInt);
}

/** Computes x / y of uint32 lanes, truncated; x / 0 = x. */
export function divideUint32(x: Expression, y: Expression): Expression {
  return quotient(x, nonZero(y), f64x2.fromUnsigned);
}

/** Computes x - y * trunc(x / y) of int32 lanes, with the sign of x; 0 for y = 0. */
export function remainderInt32(x: Expression, y: Expression): Expression {
  const divisor = nonZero(y);
  return i32x4.sub(x, i32x4.mul(divisor, quotient(x, divisor, f64x2.fromInt)));
}

/** Computes x - y * trunc(x / y) of uint32 lanes; 0 for y = 0. */
export function remainderUint32(x: Expression, y: Expression): Expression {
  const divisor = nonZero(y);
  return i32x4.sub(x, i32x4.mul(divisor, quotient(x, divisor, f64x2.fromUnsigned)));
}
