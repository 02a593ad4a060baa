import type { Expression } from './expression.ts';
import { polynomial } from './polynomial.ts';
import { f32x4, magnitude, signOf, v128 } from './vector.ts';

const { of, add, sub, mul, div, sqrt, pmin, pmax, greater } = f32x4;

/** pi / 2 as the sum of two float32 numbers. */
const halfPiHigh = 1.5707963705062866;
const halfPiLow = -4.3711390001862426e-8;

/** (asin(x) / x - 1) / x^2 in powers of x^2, for |x| up to 1/2. */
const asinTail = [0.166667536, 0.0749524459, 0.0454768389, 0.0241485927, 0.0422173068];

/** Inverse sine; beyond 1/2 by asin x = pi/2 - 2 asin sqrt((1 - x) / 2). 2.41 ulp; NaN outside of [-1, 1]. */
export function asin(x: Expression): Expression {
  const a = magnitude(x);
  const outer = greater(a, of(0.5));
  const z = v128.select(outer, mul(sub(of(1), a), of(0.5)), mul(a, a));
  const s = v128.select(outer, sqrt(z), a);
  const inner = add(mul(mul(s, z), polynomial(f32x4, z, asinTail)), s);
  const reflected = sub(of(halfPiHigh), sub(add(inner, inner), of(halfPiLow)));
  return v128.or(v128.select(outer, reflected, inner), signOf(x));
}

/** (atan(x) / x - 1) / x^2 in powers of x^2, for |x| up to 1. */
const atanTail = [
  -0.333333015, 0.199986383, -0.142652452, 0.109575771, -0.0841946155, 0.0582345873, -0.0314557292, 0.0110644531,
  -0.00182721496,
];

/** Inverse tangent; beyond 1 by atan x = pi/2 - atan 1/x. 2.15 ulp. */
export function atan(x: Expression): Expression {
  const a = magnitude(x);
  const q = div(pmin(a, of(1)), pmax(a, of(1)));
  const z = mul(q, q);
  // The first coefficient is added last: the two interleaved sums of all of them are large beside their difference.
  const tail = add(mul(polynomial(f32x4, z, atanTail.slice(1)), z), of(atanTail[0]));
  const inner = add(mul(mul(q, z), tail), q);
  const y = v128.select(greater(a, of(1)), sub(of(halfPiHigh), sub(inner, of(halfPiLow))), inner);
  return v128.or(y, signOf(x));
}
