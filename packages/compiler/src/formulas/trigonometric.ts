import { type Algebra, type DoubleAlgebra, magnitude, signOf, upperHalf } from './algebra.ts';
import { type DoubleQuadrants, hugeAngle, hugeAngleInDouble, type Quadrants } from './huge-angle.ts';
import { polynomial } from './polynomial.ts';

/**
 * pi / 2 as a sum of two float64 numbers. The first has 25 significant bits, so that its product with an integer below
 * 2^28 is exact.
 */
const DOUBLE_PARTS = [1.5707963109016418, 1.5893254773528196e-8];
/** Largest angle that is reduced with `DOUBLE_PARTS` in float64; larger ones need `hugeAngleInDouble`. */
const DOUBLE_LARGEST = 2 ** 24;

/**
 * pi / 2 as a sum of four float32 numbers. The first three have 12 significant bits, so that their products with
 * integers below 2^11 are exact.
 */
const SINGLE_PARTS = [1.57080078125, -4.453584551811218e-6, -8.706138032721356e-10, 6.2233721719e-14];
/** Largest angle that is reduced with `SINGLE_PARTS` in float32; larger ones need `hugeAngle`. */
const SINGLE_LARGEST = 3200;

/** Coefficients of (sin(r) / r - 1) / r^2 and (cos(r) - 1 + r^2 / 2) / r^4 in powers of r^2, for |r| up to pi / 4. */
const SIN_TAIL = [-0.166666552, 0.008332178, -0.000195172295];
const COS_TAIL = [0.0416666456, -0.00138873677, 2.443841e-5];

/** Computes sine and cosine of an angle of at most pi / 4: `rest`, or the sum of `rest` and a smaller number, `low`. */
function sineAndCosine<X>(
  { float }: Algebra<X>,
  { rest, low }: Quadrants<X>,
): { readonly sine: X; readonly cosine: X } {
  const { of, add, sub, mul } = float;
  const r = low === undefined ? rest : add(rest, low);
  const z = mul(r, r);
  const bend = mul(mul(r, z), polynomial(float, z, SIN_TAIL));
  return {
    sine: add(low === undefined ? bend : add(bend, low), rest),
    cosine: add(mul(mul(z, z), polynomial(float, z, COS_TAIL)), sub(of(1), mul(z, of(0.5)))),
  };
}

/** Returns a mask of ones where the number of right angles is odd. */
function isOdd<X>({ int }: Algebra<X>, count: X): X {
  return int.shiftRight(int.shiftLeft(count, 31), 31);
}

/** Computes the sine of an angle, given as right angles and a remainder. */
function sineOf<X>(algebra: Algebra<X>, angle: Quadrants<X>): X {
  const { bits, int } = algebra;
  const { count } = angle;
  const { sine, cosine } = sineAndCosine(algebra, angle);
  return bits.xor(bits.select(isOdd(algebra, count), cosine, sine), signOf(algebra, int.shiftLeft(count, 30)));
}

function cosineOf<X>(algebra: Algebra<X>, angle: Quadrants<X>): X {
  const { int } = algebra;
  return sineOf(algebra, { ...angle, count: int.add(angle.count, int.of(1)) });
}

/** Computes the tangent of an angle, given as right angles and a remainder. */
function tangentOf<X>(algebra: Algebra<X>, angle: Quadrants<X>): X {
  const { float, bits, int } = algebra;
  const { sine, cosine } = sineAndCosine(algebra, angle);
  const odd = isOdd(algebra, angle.count);
  const minusCosine = bits.xor(cosine, int.of(-0x80000000));
  return float.div(bits.select(odd, minusCosine, sine), bits.select(odd, sine, cosine));
}

/**
 * Computes the tangent of an angle, given as right angles and a float64 remainder. Rounding the remainder to float32
 * would cause an up to three times larger error of the tangent.
 */
function tangentInDouble<X>(algebra: Algebra<X>, double: DoubleAlgebra<X>, { count, rest }: DoubleQuadrants<X>): X {
  const { of, add, sub, mul, div, select, toFloat } = double;
  const z = mul(rest, rest);
  const sine = add(mul(mul(rest, z), polynomial(double, z, SIN_TAIL)), rest);
  const cosine = add(mul(mul(z, z), polynomial(double, z, COS_TAIL)), sub(of(1), mul(z, of(0.5))));
  const odd = isOdd(algebra, count);
  return toFloat(div(select(odd, sub(of(-0), cosine), sine), select(odd, sine, cosine)));
}

/** Splits an angle into right angles and a remainder of at most pi / 4 by the method of Cody and Waite, in float64. */
function reduceInDouble<X>({ of, fromFloat, sub, mul, round }: DoubleAlgebra<X>, x: X): DoubleQuadrants<X> {
  const wide = fromFloat(x);
  const { rounded, words } = round(mul(wide, of(2 / Math.PI)));
  const [high, low] = DOUBLE_PARTS.map((part) => mul(rounded, of(part)));
  return { count: words, rest: sub(sub(wide, high), low) };
}

/** Splits an angle into right angles and a remainder of at most pi / 4 by the method of Cody and Waite, in float32. */
function reduceInSingle<X>(algebra: Algebra<X>, x: X): Quadrants<X> {
  const { of, add, sub, mul } = algebra.float;
  const { rounded, shifted } = algebra.round(mul(x, of(2 / Math.PI)), 0);
  const [first, second, third, last] = SINGLE_PARTS.map((part) => mul(rounded, of(part)));
  const rest = sub(sub(x, first), second);
  const high = upperHalf(algebra, rest);
  return { count: shifted, rest: high, low: sub(sub(rest, high), add(third, last)) };
}

/**
 * Computes a trigonometric function of non-negative angles: splits each angle into right angles and a remainder, and
 * passes both to the function. Returns NaN for infinity and NaN.
 */
function ofAngle<X>(
  algebra: Algebra<X>,
  name: string,
  a: X,
  inSingle: (algebra: Algebra<X>, angle: Quadrants<X>) => X,
  inDouble: (algebra: Algebra<X>, double: DoubleAlgebra<X>, angle: DoubleQuadrants<X>) => X,
): X {
  const { double, int, float, bits } = algebra;
  const largest = float.of(double === null ? SINGLE_LARGEST : DOUBLE_LARGEST);
  const usual =
    double === null
      ? inSingle(algebra, reduceInSingle(algebra, a))
      : inDouble(algebra, double, reduceInDouble(double, a));
  return algebra.rarely(name, int.atLeastUnsigned(a, largest), [a], usual, (a, usual) => {
    const huge =
      double === null
        ? inSingle(algebra, hugeAngle(algebra, a))
        : inDouble(algebra, double, hugeAngleInDouble(algebra, double, a));
    const isNumber = float.less(a, float.of(Number.POSITIVE_INFINITY));
    return bits.select(float.less(a, largest), usual, bits.select(isNumber, huge, float.of(Number.NaN)));
  });
}

function rounded<X>(of: (algebra: Algebra<X>, angle: Quadrants<X>) => X) {
  return (algebra: Algebra<X>, { toFloat }: DoubleAlgebra<X>, { count, rest }: DoubleQuadrants<X>): X =>
    of(algebra, { count, rest: toFloat(rest) });
}

/** Computes the sine for all float32 values. Error 1.59 ulp. */
export function sin<X>(algebra: Algebra<X>, x: X): X {
  const sine = ofAngle(algebra, 'sinRepair', magnitude(algebra, x), sineOf, rounded<X>(sineOf));
  return algebra.bits.xor(sine, signOf(algebra, x));
}

/** Computes the cosine for all float32 values, as the sine of the angle plus pi / 2. Error 1.60 ulp. */
export function cos<X>(algebra: Algebra<X>, x: X): X {
  return ofAngle(algebra, 'cosRepair', magnitude(algebra, x), cosineOf, rounded<X>(cosineOf));
}

/** Computes the tangent for all float32 values. Error 0.59 ulp with float64. */
export function tan<X>(algebra: Algebra<X>, x: X): X {
  const tangent = ofAngle(algebra, 'tanRepair', magnitude(algebra, x), tangentOf, tangentInDouble);
  return algebra.bits.xor(tangent, signOf(algebra, x));
}
