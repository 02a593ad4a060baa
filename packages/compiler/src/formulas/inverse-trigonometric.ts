import { type Algebra, magnitude, signOf } from './algebra.ts';
import { polynomial } from './polynomial.ts';

/** pi / 2 as the sum of two float32 numbers. */
const HALF_PI_HIGH = 1.5707963705062866;
const HALF_PI_LOW = -4.3711390001862426e-8;

/** Coefficients of (asin(x) / x - 1) / x^2 in powers of x^2, for |x| up to 1/2. */
const ASIN_TAIL = [0.166667536, 0.0749524459, 0.0454768389, 0.0241485927, 0.0422173068];

/** Computes arcsin; for |x| > 1/2 by asin x = pi/2 - 2 asin sqrt((1 - x) / 2). Error 2.41 ulp; NaN outside [-1, 1]. */
export function asin<X>(algebra: Algebra<X>, x: X): X {
  const { float, bits } = algebra;
  const { of, add, sub, mul, sqrt, greater } = float;
  const a = magnitude(algebra, x);
  const outer = greater(a, of(0.5));
  const z = bits.select(outer, mul(sub(of(1), a), of(0.5)), mul(a, a));
  const s = bits.select(outer, sqrt(z), a);
  const inner = add(mul(mul(s, z), polynomial(float, z, ASIN_TAIL)), s);
  const reflected = sub(of(HALF_PI_HIGH), sub(add(inner, inner), of(HALF_PI_LOW)));
  return bits.or(bits.select(outer, reflected, inner), signOf(algebra, x));
}

/** Coefficients of (atan(x) / x - 1) / x^2 in powers of x^2, for |x| up to 1. */
const ATAN_TAIL = [
  -0.333333015, 0.199986383, -0.142652452, 0.109575771, -0.0841946155, 0.0582345873, -0.0314557292, 0.0110644531,
  -0.00182721496,
];

/** Computes arctan; for |x| > 1 by atan x = pi/2 - atan 1/x. Error 2.15 ulp. */
export function atan<X>(algebra: Algebra<X>, x: X): X {
  const { float, bits } = algebra;
  const { of, add, sub, mul, div, min, max, greater } = float;
  const a = magnitude(algebra, x);
  const q = div(min(a, of(1)), max(a, of(1)));
  const z = mul(q, q);
  // The first coefficient is added last: `polynomial` adds two large sums that nearly cancel, and adding it to the
  // small result loses less precision.
  const tail = add(mul(polynomial(float, z, ATAN_TAIL.slice(1)), z), of(ATAN_TAIL[0]));
  const inner = add(mul(mul(q, z), tail), q);
  const y = bits.select(greater(a, of(1)), sub(of(HALF_PI_HIGH), sub(inner, of(HALF_PI_LOW))), inner);
  return bits.or(y, signOf(algebra, x));
}
