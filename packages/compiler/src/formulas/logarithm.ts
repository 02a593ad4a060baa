import { type Algebra, signOf } from './algebra.ts';
import { polynomial } from './polynomial.ts';

/** ln 2 as a sum of two float32 numbers, as in fdlibm: the product of the first with any exponent is exact. */
const LN2_HIGH = 0.693145751953125;
const LN2_LOW = 1.4286067653e-6;
/** Bits of the float32 sqrt(1/2). Mantissas range from sqrt(1/2) to sqrt(2), so that the exponent is 0 for x near 1. */
const SQRT_HALF = 0x3f3504f3;
/** Bits of 1 as float32. */
const ONE = 0x3f800000;

/** Coefficients of (2 artanh(s) / s - 2) / s^2 in powers of s^2, for s = (m - 1) / (m + 1) and mantissas m around 1. */
const LOG_TAIL = [0.666667759, 0.399774969, 0.29873091];

/**
 * Computes ln(1 + f) + n ln 2 + correction. With s = f / (2 + f), ln(1 + f) = f - s (f - s^2 P(s^2)), as in fdlibm.
 *
 * @param correction a small number; 0 by default
 */
function logOfParts<X>({ float }: Algebra<X>, f: X, n: X, correction?: X): X {
  const { of, add, sub, mul, div } = float;
  const s = div(f, add(f, of(2)));
  const z = mul(s, s);
  const bend = mul(s, sub(f, mul(z, polynomial(float, z, LOG_TAIL))));
  const low = mul(n, of(LN2_LOW));
  return add(mul(n, of(LN2_HIGH)), sub(f, sub(bend, correction === undefined ? low : add(low, correction))));
}

/**
 * Returns the exponent n of a normal, finite, positive number x = 2^n · m, where m is between sqrt(1/2) and sqrt(2).
 */
function exponentOf<X>({ int }: Algebra<X>, x: X): X {
  return int.shiftRight(int.sub(x, int.of(SQRT_HALF)), 23);
}

/** Computes ln x + k ln 2 for normal, finite, positive x. */
function logOfNormal<X>(algebra: Algebra<X>, x: X, k = 0): X {
  const { float, int } = algebra;
  const exponent = exponentOf(algebra, x);
  const f = float.sub(int.sub(x, int.shiftLeft(exponent, 23)), float.of(1));
  return logOfParts(algebra, f, float.fromInt(k === 0 ? exponent : int.add(exponent, int.of(k))));
}

/** Returns a mask of numbers that are not normal, finite and positive. */
function isSpecial<X>({ int }: Algebra<X>, x: X): X {
  return int.atLeastUnsigned(int.sub(x, int.of(0x800000)), int.of(0x7f000000));
}

/**
 * Returns `usual`, the computed logarithm of x, except for special values: -Infinity for 0, Infinity for Infinity, NaN
 * for negative numbers and NaN.
 */
function withLimits<X>({ float, bits }: Algebra<X>, x: X, usual: X): X {
  const { of, add, sqrt, equal, less, greater } = float;
  const limit = bits.select(equal(x, of(0)), of(Number.NEGATIVE_INFINITY), add(sqrt(x), of(Number.POSITIVE_INFINITY)));
  const ordinary = bits.and(greater(x, of(0)), less(x, of(Number.POSITIVE_INFINITY)));
  return bits.select(ordinary, usual, limit);
}

/** Computes ln x. Error 0.96 ulp over all float32 values, including denormals. */
export function log<X>(algebra: Algebra<X>, x: X): X {
  const { float, bits } = algebra;
  return algebra.rarely('logRepair', isSpecial(algebra, x), [x], logOfNormal(algebra, x), (x, usual) => {
    const denormal = float.less(x, float.of(2 ** -126));
    const ofScaled = logOfNormal(algebra, float.mul(x, float.of(2 ** 23)), -23);
    return withLimits(algebra, x, bits.select(denormal, ofScaled, usual));
  });
}

/**
 * Computes ln(1 + x). Error 0.90 ulp. If 1 + x is 2^n · m, then m - 1 is 2^-n x + (2^-n - 1), which is x around 0. The
 * rounding error of that sum is added back; if a compiler removes this, the error is 1.3 ulp.
 */
export function log1p<X>(algebra: Algebra<X>, x: X): X {
  const { float, int, bits } = algebra;
  const { of, add, sub, mul, max, fromInt } = float;
  const sum = add(of(1), x);
  const exponent = exponentOf(algebra, sum);
  const shift = int.shiftLeft(exponent, 23);
  // For 1 + x of at least 2^128 / sqrt 2, n is so large that the bits computed for 2^-n would be those of a negative
  // number.
  const scale = max(int.sub(int.of(ONE), shift), of(0));
  const [large, small] = [sub(scale, of(1)), int.sub(x, shift)];
  const f = add(large, small);
  const lost = add(sub(large, f), small);
  const log = logOfParts(algebra, f, fromInt(exponent), mul(lost, sub(of(1), f)));
  const usual = bits.or(log, signOf(algebra, x));
  return algebra.rarely('log1pRepair', isSpecial(algebra, sum), [sum], usual, (sum, usual) =>
    withLimits(algebra, sum, usual),
  );
}
