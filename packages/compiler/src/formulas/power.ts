import { type Algebra, type DoubleAlgebra, magnitude, signOf, upperHalf } from './algebra.ts';
import { SCALED_OFFSET, scaled } from './exponential.ts';
import { polynomial } from './polynomial.ts';

/** Upper 32 bits of sqrt(1/2) as a float64. */
const DOUBLE_SQRT_HALF = 0x3fe6a09e;
/** Bits of sqrt(1/2) in float32. */
const SQRT_HALF = 0x3f3504f3;

/** Coefficients of log2((1 + s) / (1 - s)) / s in powers of s^2, for mantissas from sqrt(1/2) to sqrt(2). */
const LOG2_SERIES = [
  2.8853900817901503, 0.9617966732624129, 0.5770836008117013, 0.41167172362418275, 0.3407493206625874,
];
/** Coefficients of 2^f in powers of f, for |f| up to 1/2. */
const EXP2_SERIES = [
  1.0000000005551342, 0.6931472057667887, 0.24022646885881127, 0.05550328711631711, 0.009618489252841445,
  0.0013399957801183326, 0.00015345788555816276,
];

/**
 * Computes |x|^y for finite non-zero x and finite y as 2^(y log2 |x|) in float64, in which the denormals of float32 are
 * normal numbers.
 */
function powerInDouble<X>(algebra: Algebra<X>, double: DoubleAlgebra<X>, x: X, y: X): X {
  const { int } = algebra;
  const { add, sub, mul, div, min, max, of } = double;
  const wide = double.fromFloat(magnitude(algebra, x));
  const exponent = int.shiftRight(int.sub(double.highWords(wide), int.of(DOUBLE_SQRT_HALF)), 20);
  const mantissa = double.subHighWords(wide, int.shiftLeft(exponent, 20));
  const s = div(sub(mantissa, of(1)), add(mantissa, of(1)));
  const log2 = add(mul(polynomial(double, mul(s, s), LOG2_SERIES), s), double.fromInt(exponent));
  const product = max(min(mul(log2, double.fromFloat(y)), of(200)), of(-200));
  const { rounded, words } = double.round(product);
  const power = polynomial(double, sub(product, rounded), EXP2_SERIES);
  return double.toFloat(mul(power, double.powerOfTwo(words)));
}

/** A number as a sum of two floats, the first of which has at most 12 significant bits. */
type Pair<X> = readonly [high: X, low: X];

/** 2 / ln 2, the first coefficient of `LOG2_SERIES`. */
const TWO_OVER_LN2: Pair<number> = [2.884765625, 6.24456777927e-4];
/** For |y| above this, |x|^y is infinite or 0 for every x except ±1. */
const LARGEST_EXPONENT = 2 ** 40;

/** Computes the product of two numbers, each a sum of two floats, as a sum of two floats. */
function product<X>(algebra: Algebra<X>, [xh, xl]: Pair<X>, [yh, yl]: Pair<X>): Pair<X> {
  const { add, sub, mul } = algebra.float;
  const exact = mul(xh, yh);
  const rest = add(mul(xh, yl), mul(xl, add(yh, yl)));
  const high = upperHalf(algebra, add(exact, rest));
  return [high, add(sub(exact, high), rest)];
}

/**
 * Computes |x|^y for finite non-zero x and finite y without float64. log2 |x| needs more precision than a float32 has,
 * so it is computed as a sum of two floats.
 */
function powerInSingle<X>(algebra: Algebra<X>, x: X, y: X): X {
  const { float, int, bits } = algebra;
  const { of, add, sub, mul, div, min, max, less } = float;
  const a = magnitude(algebra, x);
  const isDenormal = less(a, of(2 ** -126));
  const normal = bits.select(isDenormal, mul(a, of(2 ** 23)), a);
  const exponent = int.shiftRight(int.sub(normal, int.of(SQRT_HALF)), 23);
  const mantissa = int.sub(normal, int.shiftLeft(exponent, 23));
  const count = float.fromInt(int.sub(exponent, bits.and(isDenormal, int.of(23))));

  // s = u / v, where u = m - 1 is exact, and v = m + 1 is a sum of two floats.
  const u = sub(mantissa, of(1));
  const v = add(mantissa, of(1));
  const vh = upperHalf(algebra, v);
  const mantissaHigh = upperHalf(algebra, mantissa);
  const vl = add(sub(add(mantissaHigh, of(1)), vh), sub(mantissa, mantissaHigh));
  const s = div(u, v);
  const sh = upperHalf(algebra, s);
  const sl = div(sub(sub(u, mul(sh, vh)), mul(sh, vl)), v);

  const z = mul(s, s);
  const tail = mul(mul(s, z), polynomial(float, z, LOG2_SERIES.slice(1)));
  const [ph, pl] = product(algebra, [sh, sl], [of(TWO_OVER_LN2[0]), of(TWO_OVER_LN2[1])]);
  const low = add(pl, tail);
  const sum = add(add(ph, low), count);
  const logHigh = upperHalf(algebra, sum);
  const logLow = add(add(sub(count, logHigh), ph), low);

  const kept = max(min(y, of(LARGEST_EXPONENT)), of(-LARGEST_EXPONENT));
  const yh = upperHalf(algebra, kept);
  const [th, tl] = product(algebra, [logHigh, logLow], [yh, sub(kept, yh)]);
  const total = max(min(add(th, tl), of(129)), of(-152));
  const { rounded, shifted } = algebra.round(total, SCALED_OFFSET);
  const inRange = bits.and(less(total, of(129)), less(of(-152), total));
  const f = bits.select(inRange, add(sub(th, rounded), tl), of(0));
  return scaled(algebra, add(mul(f, polynomial(float, f, EXP2_SERIES.slice(1))), of(1)), shifted);
}

/**
 * Returns x^y, given `usual` = |x|^y. Results for zero, infinite, negative and NaN operands are those of C99 (F.10.4.4)
 * and IEEE 754.
 */
function withSpecialOperands<X>(algebra: Algebra<X>, x: X, y: X, usual: X): X {
  const { float, bits } = algebra;
  const { of, add, mul, trunc, equal, notEqual, greater, less } = float;
  const infinity = of(Number.POSITIVE_INFINITY);
  const a = magnitude(algebra, x);
  const infiniteY = equal(magnitude(algebra, y), infinity);

  const grows = bits.xor(greater(a, of(1)), less(y, of(0)));
  const limit = bits.select(equal(a, of(1)), of(1), bits.and(grows, infinity));
  const atLimit = bits.or(infiniteY, bits.or(equal(a, of(0)), equal(a, infinity)));
  const size = bits.select(atLimit, limit, usual);

  const halfY = mul(y, of(0.5));
  const whole = equal(trunc(y), y);
  const odd = bits.and(whole, notEqual(trunc(halfY), halfY));
  const signed = bits.or(size, bits.and(signOf(algebra, x), odd));
  const undefinedRoot = bits.andNot(bits.andNot(less(x, of(0)), whole), atLimit);
  const notNumber = bits.or(undefinedRoot, bits.or(notEqual(x, x), notEqual(y, y)));
  const value = bits.select(notNumber, add(add(x, y), of(Number.NaN)), signed);
  return bits.select(bits.or(equal(x, of(1)), equal(y, of(0))), of(1), value);
}

/**
 * Computes x^y. Error 0.54 ulp with float64. pow(x, 0) and pow(1, y) are 1 even for NaN; a negative x with a fractional
 * y produces NaN; the signs of zeros and infinities depend on whether y is odd.
 */
export function pow<X>(algebra: Algebra<X>, x: X, y: X): X {
  return algebra.outOfLine('pow', [x, y], (x, y) => {
    const { float, bits, int, double } = algebra;
    const infinity = float.of(Number.POSITIVE_INFINITY);
    const positive = bits.and(float.greater(x, float.of(0)), float.less(x, infinity));
    const ordinary = bits.and(positive, float.less(magnitude(algebra, y), infinity));
    const special = bits.xor(ordinary, int.of(-1));
    const usual = double === null ? powerInSingle(algebra, x, y) : powerInDouble(algebra, double, x, y);
    return algebra.rarely('powRepair', special, [x, y], usual, (x, y, usual) =>
      withSpecialOperands(algebra, x, y, usual),
    );
  });
}
