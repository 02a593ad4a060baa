import { type Algebra, type Double, type DoubleAlgebra, upperHalf } from './algebra.ts';

/**
 * An angle as `count` right angles (only the two lowest bits of `count` matter) plus a remainder of at most pi / 4,
 * which is `rest` or the sum of `rest` and `low`.
 */
export interface Quadrants<X> {
  readonly count: X;
  readonly rest: X;
  readonly low?: X;
}

/** Like `Quadrants`, but the remainder is a float64. */
export interface DoubleQuadrants<X> {
  readonly count: X;
  readonly rest: Double<X>;
}

/** The bytes of the binary fraction 2 / pi, most significant first, after two zero bytes. */
const TWO_OVER_PI = [
  0x00, 0x00, 0xa2, 0xf9, 0x83, 0x6e, 0x4e, 0x44, 0x15, 0x29, 0xfc, 0x27, 0x57, 0xd1, 0xf5, 0x34, 0xdd, 0xc0, 0xdb,
  0x62, 0x95, 0x99, 0x3c, 0x43, 0x90, 0x41,
];
/**
 * For an angle with this biased exponent, the bits of 2 / pi that matter start at bit 0 of `TWO_OVER_PI`. For each
 * increment of the exponent, they start one bit later.
 */
const FIRST_BIT = 136;
/** Number of bytes in `TWO_OVER_PI` at which the bits that matter for some angle can start. */
const WINDOWS = 15;

/**
 * Returns, for each position from 0 to `WINDOWS` - 1, the four bytes of `TWO_OVER_PI` that start at position +
 * `offset`, as one 32-bit integer.
 */
function windowsOf(offset: number): readonly number[] {
  return Array.from({ length: WINDOWS }, (_, position) =>
    TWO_OVER_PI.slice(position + offset, position + offset + 4).reduce((word, byte) => (word << 8) | byte, 0),
  );
}

/** Returns the upper 32 bits of a product of unsigned integers. */
function mulHigh<X>({ int, bits }: Algebra<X>, x: X, y: X): X {
  const lowHalf = (word: X): X => bits.and(word, int.of(0xffff));
  const highHalf = (word: X): X => int.shiftRightUnsigned(word, 16);
  const [xl, xh, yl, yh] = [lowHalf(x), highHalf(x), lowHalf(y), highHalf(y)];
  const first = int.add(int.mul(xh, yl), highHalf(int.mul(xl, yl)));
  const second = int.add(int.mul(xl, yh), lowHalf(first));
  return int.add(int.mul(xh, yh), int.add(highHalf(first), highHalf(second)));
}

/**
 * Computes x · 2 / pi modulo 4 in units of 2^-62, as two words, for finite x >= 2048 (Payne, Hanek, "Radian reduction
 * for trigonometric functions", 1983). Only 96 bits of 2 / pi matter for the product with the 24-bit mantissa: earlier
 * bits contribute multiples of 4, later ones are too small. No float32 is closer to a multiple of pi / 2 than 2^-31, so
 * about 31 bits remain.
 */
function fractionOf<X>(algebra: Algebra<X>, x: X): { readonly high: X; readonly low: X } {
  const { int, bits, lookUp } = algebra;
  const first = int.sub(int.shiftRightUnsigned(x, 23), int.of(FIRST_BIT));
  const position = int.shiftRight(first, 3);
  // The bits that matter may start within a byte, so the mantissa is shifted by the remaining 0 to 7 bits.
  let mantissa = bits.or(bits.and(x, int.of(0x7fffff)), int.of(0x800000));
  for (const bit of [0, 1, 2]) {
    const isSet = int.shiftRight(int.shiftLeft(first, 31 - bit), 31);
    mantissa = bits.select(isSet, int.shiftLeft(mantissa, 1 << bit), mantissa);
  }
  const [upper, middle, lower] = [0, 4, 8].map((offset) => lookUp(windowsOf(offset), position));
  const product = int.mul(mantissa, middle);
  const low = int.add(product, mulHigh(algebra, mantissa, lower));
  const noCarry = int.atLeastUnsigned(low, product);
  const high = int.add(int.mul(mantissa, upper), mulHigh(algebra, mantissa, middle));
  return { high: bits.select(noCarry, high, int.add(high, int.of(1))), low };
}

/** Splits an angle >= 2048 into a number of right angles and a remainder, which may be negative. */
function splitFraction<X>(algebra: Algebra<X>, x: X): { readonly count: X; readonly high: X; readonly low: X } {
  const { int } = algebra;
  const { high, low } = fractionOf(algebra, x);
  const count = int.shiftRightUnsigned(int.add(high, int.of(0x20000000)), 30);
  return { count, high: int.sub(high, int.shiftLeft(count, 30)), low };
}

/** Splits finite angles >= 2048 into right angles and a float64 remainder. */
export function hugeAngleInDouble<X>(algebra: Algebra<X>, double: DoubleAlgebra<X>, x: X): DoubleQuadrants<X> {
  const { count, high, low } = splitFraction(algebra, x);
  const fraction = double.add(double.mul(double.fromInt(high), double.of(2 ** 32)), double.fromUnsigned(low));
  return { count, rest: double.mul(fraction, double.of((Math.PI / 2) * 2 ** -62)) };
}

/** 2^-30 pi / 2 as a sum of two float32 numbers, the first of which has 12 significant bits. */
const UNIT_HIGH = 1.4624674804508686e-9;
const UNIT_LOW = 4.505988162910745e-13;

/** Splits finite angles >= 2048 into right angles and a float32 remainder in two parts. */
export function hugeAngle<X>(algebra: Algebra<X>, x: X): Quadrants<X> {
  const { float, int, bits } = algebra;
  const { of, add, sub, mul, fromInt } = float;
  const { count, high: signedHigh, low: signedLow } = splitFraction(algebra, x);
  const isNegative = int.shiftRight(signedHigh, 31);
  const [high, low] = [bits.xor(signedHigh, isNegative), bits.xor(signedLow, isNegative)];
  // The remainder in units of 2^-30, as a sum of three parts of 21, 24 and 16 bits, each of which a float32 stores
  // exactly.
  const top = fromInt(bits.and(high, int.of(-0x100)));
  const middle = fromInt(bits.or(int.shiftLeft(bits.and(high, int.of(0xff)), 16), int.shiftRightUnsigned(low, 16)));
  const bottom = fromInt(bits.and(low, int.of(0xffff)));
  const lowPart = add(mul(middle, of(2 ** -16)), mul(bottom, of(2 ** -32)));
  const topHigh = upperHalf(algebra, top);
  const topLow = sub(top, topHigh);
  const small = add(mul(topHigh, of(UNIT_LOW)), mul(add(topLow, lowPart), of(UNIT_HIGH + UNIT_LOW)));
  const sign = bits.and(isNegative, int.of(-0x80000000));
  return { count, rest: bits.xor(mul(topHigh, of(UNIT_HIGH)), sign), low: bits.xor(small, sign) };
}
