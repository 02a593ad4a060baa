import { type Algebra, magnitude, mulAdd, signOf } from './algebra.ts';
import { polynomial } from './polynomial.ts';

/** Bias of exponents. A left shift by 23 of n + BIAS produces the bits of 2^n. */
const BIAS = 127;
/** ln 2 as a sum of two float32 numbers, as in fdlibm: the product of the first with any exponent is exact. */
const LN2_HIGH = 0.693145751953125;
const LN2_LOW = 1.4286067653e-6;

/**
 * Coefficients of (e^r - 1 - r) / r^2 for |r| up to ln 2 / 2: chosen such that the largest relative errors of e^r and
 * of e^r - 1 are small.
 */
const EXP_TAIL = [0.49999994, 0.166665211, 0.041668389, 0.00836871658, 0.00138145976];
const EXPM1_TAIL = [0.5, 0.166665435, 0.0416662805, 0.00836658198, 0.00139464752];
/** Coefficients of ((1 - e^-2r) / 2 - r) / r^2 for |r| up to ln 2 / 4. */
const TANH_TAIL = [-1, 0.666661739, -0.333330244, 0.133865312, -0.0446287207];

/**
 * Splits x into n ln 2 + r, with an integer n and |r| up to ln 2 / 2. The low bits of the returned `shifted` contain
 * n + offset.
 */
function reduce<X>({ float, round }: Algebra<X>, x: X, offset: number) {
  const { of, mul } = float;
  const { rounded, shifted } = round(mul(x, of(Math.LOG2E)), offset);
  return { shifted, r: mulAdd(float, rounded, of(-LN2_LOW), mulAdd(float, rounded, of(-LN2_HIGH), x)) };
}

function expOfRest<X>({ float }: Algebra<X>, r: X): X {
  const { of, add, mul } = float;
  return add(mulAdd(float, polynomial(float, r, EXP_TAIL), mul(r, r), r), of(1));
}

/** Computes e^r · 2^n, where the low bits of `shifted` contain n + 2 BIAS. */
function scaledExp<X>(algebra: Algebra<X>, r: X, shifted: X): X {
  return scaled(algebra, expOfRest(algebra, r), shifted);
}

/**
 * Computes x · 2^n for n from -254 to 129 and x near 1, where the low bits of `shifted` contain n + 254. For n = -254, the
 * factors are 0, so the product is exact: a product that underflows takes several times as long.
 */
export function scaled<X>({ float: { mul }, int, bits }: Algebra<X>, x: X, shifted: X): X {
  // 2^n as two factors, 2^(n >> 1) and the rest, because a single factor would overflow or underflow at the ends of the
  // range.
  const half = bits.and(int.shiftLeft(shifted, 22), int.of(-0x800000));
  const rest = int.sub(int.shiftLeft(shifted, 23), half);
  return mul(mul(x, half), rest);
}

/** Number that must be added to n in the argument `shifted` of `scaled`. */
export const SCALED_OFFSET = 2 * BIAS;

/** The exponential of smaller numbers is computed as that of this number, for which n is -254. */
const LOWEST = -176;

/** Computes e^x. Error 1.02 ulp over all float32 values, including denormal results. */
export function exp<X>(algebra: Algebra<X>, x: X): X {
  const { of, min, max } = algebra.float;
  const { shifted, r } = reduce(algebra, max(min(x, of(88.8)), of(LOWEST)), SCALED_OFFSET);
  return scaledExp(algebra, r, shifted);
}

/** Computes 2^x. Error 1.03 ulp over all float32 values, including denormal results; exact for integers. */
export function exp2<X>(algebra: Algebra<X>, x: X): X {
  const { of, sub, mul, min, max } = algebra.float;
  const kept = max(min(x, of(129)), of(-SCALED_OFFSET));
  const { rounded, shifted } = algebra.round(kept, SCALED_OFFSET);
  return scaledExp(algebra, mul(sub(kept, rounded), of(Math.LN2)), shifted);
}

/**
 * Computes s / (s + s e^-x) with s = 2^-64, so that e^-x may have any exponent. Error 2.49 ulp, including denormal results.
 */
export function sigmoid<X>(algebra: Algebra<X>, x: X): X {
  const { of, sub, div, min, max } = algebra.float;
  // For the largest -x, s e^-x is infinite and the quotient exactly 0: a quotient that underflows takes several times as long.
  const { shifted, r } = reduce(algebra, max(min(sub(of(0), x), of(133.1)), of(-43)), BIAS - 64);
  const s = of(2 ** -64);
  return div(s, mulAdd(algebra.float, expOfRest(algebra, r), algebra.int.shiftLeft(shifted, 23), s));
}

/** Computes e^x - 1 = 2 (2^(n-1) (e^r - 1) + 2^(n-1) - 1/2). Error 1.89 ulp; returns x for tiny x and zeros. */
export function expm1<X>(algebra: Algebra<X>, x: X): X {
  const { float, int, bits } = algebra;
  const { of, add, sub, mul, min, max, less } = float;
  const { shifted, r } = reduce(algebra, max(min(x, of(88.8)), of(-18)), BIAS - 1);
  const tail = mulAdd(float, polynomial(float, r, EXPM1_TAIL), mul(r, r), r);
  const scale = int.shiftLeft(shifted, 23);
  const half = mulAdd(float, tail, scale, sub(scale, of(0.5)));
  return bits.select(less(magnitude(algebra, x), of(2 ** -25)), x, add(half, half));
}

/**
 * Computes tanh as g / (1 - g) with g = (1 - e^-2|x|) / 2, without a difference of near values. Error 2.50 ulp; exactly
 * ±1 for |x| >= 9.02.
 */
export function tanh<X>(algebra: Algebra<X>, x: X): X {
  const { float, int, bits, round } = algebra;
  const { of, sub, mul, div, min } = float;
  const a = min(magnitude(algebra, x), of(9.02));
  const { rounded, shifted } = round(mul(a, of(-2 * Math.LOG2E)), BIAS);
  const r = mulAdd(float, rounded, of(LN2_LOW / 2), mulAdd(float, rounded, of(LN2_HIGH / 2), a));
  const tail = mulAdd(float, polynomial(float, r, TANH_TAIL), mul(r, r), r);
  const scale = int.shiftLeft(shifted, 23);
  const g = mulAdd(float, tail, scale, mulAdd(float, scale, of(-0.5), of(0.5)));
  return bits.or(div(g, sub(of(1), g)), signOf(algebra, x));
}
