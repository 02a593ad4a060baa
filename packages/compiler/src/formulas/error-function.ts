import { type Algebra, magnitude, mulAdd, signOf } from './algebra.ts';
import { polynomial } from './polynomial.ts';

/** Coefficients of erf(x) / x - 1 in powers of x^2, for |x| up to 1. */
const INNER_TAIL = [0.128379121, -0.37612325, 0.112801813, -0.0267113261, 0.00491755782, -0.00056314125];
/** Coefficients of 1 - erf(x) in powers of x - 2.4375, for x from 1 to 3.92. */
const OUTER_COMPLEMENT = [
  0.000566514442, -0.00296569662, 0.00723036239, -0.0107595222, 0.0106922435, -0.0072023822, 0.00303046661,
  -0.000386196596, -0.00045335028, 0.00031256958, -4.50696825e-5, -2.78841126e-5, 9.12466203e-6,
];

/** Computes erf by two polynomials that meet at |x| = 1. Error 2.08 ulp; exactly ±1 for |x| >= 3.92. */
export function erf<X>(algebra: Algebra<X>, x: X): X {
  const { float, bits } = algebra;
  const { of, sub, mul, min, less } = float;
  const a = magnitude(algebra, x);
  const z = mul(a, a);
  const inner = mulAdd(float, a, polynomial(float, z, INNER_TAIL), a);
  const outer = sub(of(1), polynomial(float, sub(min(a, of(3.92)), of(2.4375)), OUTER_COMPLEMENT));
  return bits.or(bits.select(less(a, of(1)), inner, outer), signOf(algebra, x));
}
