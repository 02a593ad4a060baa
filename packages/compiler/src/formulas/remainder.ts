import { type Algebra, magnitude, signOf } from './algebra.ts';

/**
 * For quotients of float32 numbers below this limit, a division in float64 truncates to the correct integer, and that
 * integer times the divisor is exact in float64.
 */
const LARGEST_QUOTIENT = 2 ** 27;

/**
 * Computes the exact remainder of x / y with the sign of x (C's `fmod`): NaN for y = 0 and infinite x; x for infinite
 * y.
 */
export function rem<X>(algebra: Algebra<X>, x: X, y: X): X {
  return algebra.outOfLine('rem', [x, y], (x, y) => {
    const { float, bits, int, double } = algebra;
    const [a, b] = [magnitude(algebra, x), magnitude(algebra, y)];
    const isSmaller = float.less(a, b);
    let rest: X;
    if (double === null) {
      rest = byDivision(algebra, a, b);
    } else {
      const [dividend, divisor] = [double.fromFloat(a), double.fromFloat(b)];
      const quotient = double.trunc(double.div(dividend, divisor));
      const usual = double.toFloat(double.sub(dividend, double.mul(quotient, divisor)));
      const isUsual = bits.or(isSmaller, float.less(float.div(a, b), float.of(LARGEST_QUOTIENT)));
      rest = algebra.rarely(
        'remRepair',
        bits.xor(isUsual, int.of(-1)),
        [a, b, isUsual],
        usual,
        (a, b, isUsual, usual) => bits.select(isUsual, usual, byDivision(algebra, a, b)),
      );
    }
    // If the dividend is smaller than the divisor, which may be infinite, the remainder is the dividend.
    return bits.or(bits.select(isSmaller, a, rest), signOf(algebra, x));
  });
}

/**
 * Computes a mod b by subtracting the largest multiple 2^n b from a until the rest is below b; each subtraction is
 * exact.
 */
function byDivision<X>(algebra: Algebra<X>, a: X, b: X): X {
  const { float, int, bits } = algebra;
  const { of, less, greater, equal, sub, mul } = float;
  const infinity = of(Number.POSITIVE_INFINITY);
  const isDefined = bits.and(less(a, infinity), greater(b, of(0)));
  const divisor = bits.select(isDefined, b, infinity);
  const dividend = bits.select(isDefined, a, of(0));
  const isLeft = (rest: X, divisor: X): X => bits.or(greater(rest, divisor), equal(rest, divisor));
  const rest = algebra.repeat('remainder', dividend, [divisor], isLeft, (rest, divisor) => {
    const normal = bits.select(less(divisor, of(2 ** -100)), mul(divisor, of(2 ** 24)), divisor);
    const multiple = timesPowerOfTwo(algebra, normal, int.sub(exponentOf(algebra, rest), int.shiftRight(normal, 23)));
    const fitting = bits.select(greater(multiple, rest), mul(multiple, of(0.5)), multiple);
    return bits.select(isLeft(rest, divisor), sub(rest, fitting), rest);
  });
  return bits.select(isDefined, rest, of(Number.NaN));
}

/** Returns the biased exponent of a non-negative number; below 1 for denormals. */
function exponentOf<X>({ float, int, bits }: Algebra<X>, x: X): X {
  const isSmall = float.less(x, float.of(2 ** -100));
  const exponent = int.shiftRight(bits.select(isSmall, float.mul(x, float.of(2 ** 24)), x), 23);
  return int.sub(exponent, bits.and(isSmall, int.of(24)));
}

/** Computes x · 2^n for n from -252 to 252, provided that the result is exact. */
function timesPowerOfTwo<X>({ float, int }: Algebra<X>, x: X, n: X): X {
  const half = int.shiftRight(n, 1);
  const power = (exponent: X): X => int.shiftLeft(int.add(exponent, int.of(127)), 23);
  return float.mul(float.mul(x, power(half)), power(int.sub(n, half)));
}
