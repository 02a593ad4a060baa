import type { Expression } from './expression.ts';
import { f32x4, magnitude, polynomial, signOf, v128 } from './vector.ts';

const { of, add, sub, mul, pmin, less } = f32x4;

/** erf(x) / x - 1 in powers of x^2, for |x| up to 1. */
const innerTail = [
  0.128379166, -0.37612626, 0.112835854, -0.0268538147, 0.00518833054, -0.000801020244, 7.85384982e-5,
];
/** 1 - erf(x) in powers of x - 2.4375, for x from 1 to 3.93. */
const outerComplement = [
  0.000566541334, -0.00296568521, 0.00722912792, -0.0107598165, 0.0107014654, -0.00720075285, 0.0030046578,
  -0.000389645313, -0.000418964482, 0.000315901503, -6.85930281e-5, -2.936895e-5, 1.71092724e-5, 2.47626872e-7,
  -1.06565642e-6,
];

/** Error function: two polynomials that meet at 1; exactly 1 from 3.93 on. */
export function erf(x: Expression): Expression {
  const a = magnitude(x);
  const z = mul(a, a);
  const inner = add(mul(a, polynomial(f32x4, z, innerTail)), a);
  const outer = sub(of(1), polynomial(f32x4, sub(pmin(a, of(3.93)), of(2.4375)), outerComplement));
  return v128.or(v128.select(less(a, of(1)), inner, outer), signOf(x));
}
