import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { DType } from '../types/dtype.ts';
import { offset, scale } from './broadcast.ts';
import type { Composite } from './composite.ts';
import { expOfMinusSquare, shifted, tailRatio } from './gaussian.ts';

/** Error functions of one float operand. The result has the type of the operand. */
export interface ErrorFunctionConfigs {
  /** y = 1 - erf(x), accurate where the result is near zero (SciPy erfc). */
  erfc: Record<never, never>;
  /** y = erf⁻¹(x): ±infinity at ±1, NaN outside (SciPy erfinv). */
  erfInv: Record<never, never>;
}

/** For x above this number, 1 - erf(x) is 0 in float64 and float32. */
const LARGEST = 30;

/** Error functions. */
export const errorFunction: { readonly [K in keyof ErrorFunctionConfigs]: Composite<ErrorFunctionConfigs[K]> } = {
  erfc: {
    body: (b, [x]) => {
      const isNear = b.less(x, b.full(x, 0.5));
      const far = complement(b, b.select(isNear, b.full(x, 0.5), b.min(x, b.full(x, LARGEST))));
      return [b.select(isNear, b.sub(b.full(x, 1), b.erf(x)), far)];
    },
    vjp: (b, { operands: [x] }, [g]) => [b.mul(scale(b, g, -2 / Math.sqrt(Math.PI)), b.exp(b.neg(b.mul(x, x))))],
  },
  erfInv: {
    body: (b, [x]) => [inverse(b, x)],
    vjp: (b, { results: [o] }, [g]) => [b.mul(scale(b, g, Math.sqrt(Math.PI) / 2), b.exp(b.mul(o, o)))],
  },
};

/** Computes erfc(x) for positive x as twice the probability that a normal random number exceeds √2 x. */
function complement(b: GraphBuilder, x: Value): Value {
  const a = scale(b, x, Math.SQRT2);
  const exponential = expOfMinusSquare(b, x, 1);
  return b.mul(b.div(scale(b, tailRatio(b, a, exponential), 2), shifted(b, a)), exponential.power);
}

/**
 * Polynomials of Giles, "Approximating the erfinv Function" (GPU Computing Gems, 2011), accurate to float32.
 * Coefficients are listed from the highest power. With w = -ln(1 - x²), MIDDLE is a polynomial in w - 2.5 and ENDS is
 * one in √w - 3.
 */
const MIDDLE = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const ENDS = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];

/**
 * Number of refinements in float64. The initial guess has two to three correct digits, and each refinement triples
 * their number.
 */
const REFINEMENTS = 3;

function inverse(b: GraphBuilder, x: Value): Value {
  const size = b.abs(x);
  const one = b.full(x, 1);
  const isInside = b.less(size, one);
  const a = b.select(isInside, size, b.full(x, 0));
  const w = b.neg(b.log(b.mul(b.sub(one, a), offset(b, a, 1))));
  const y = isDouble(b.dtype(x)) ? refined(b, a, w) : b.mul(a, fitted(b, w));
  const outside = b.select(b.equal(size, one), b.full(x, Number.POSITIVE_INFINITY), b.full(x, Number.NaN));
  return b.mul(b.sign(x), b.select(isInside, y, outside));
}

/** Computes erfInv(x) / x in float32 from w = -ln(1 - x²). */
function fitted(b: GraphBuilder, w: Value): Value {
  const isMiddle = b.less(w, b.full(w, 5));
  const root = b.sqrt(b.select(isMiddle, b.full(w, 5), w));
  return b.select(isMiddle, polynomial(b, offset(b, w, -2.5), MIDDLE), polynomial(b, offset(b, root, -3), ENDS));
}

/**
 * Computes erfInv(a) in float64, for a >= 0 and w = -ln(1 - a²): starts with the approximation of Winitzki and refines
 * it: "A handy approximation for the error function and its inverse" (2008).
 */
function refined(b: GraphBuilder, a: Value, w: Value): Value {
  const shape = 0.147;
  const middle = offset(b, scale(b, w, -0.5), 2 / (Math.PI * shape));
  const root = b.sqrt(b.add(b.mul(middle, middle), scale(b, w, 1 / shape)));
  let y = b.stopGradient(b.sqrt(b.max(b.sub(root, middle), b.full(a, 0))));
  for (let step = 0; step < REFINEMENTS; step++) y = refine(b, y, a);
  return y;
}

/**
 * Improves y, an approximate solution of erf(y) = a, by one step of Halley's method. Uses erf or erfc, whichever is
 * smaller, for accuracy.
 */
function refine(b: GraphBuilder, y: Value, a: Value): Value {
  const isLow = b.less(a, b.full(a, 0.5));
  const high = b.select(isLow, b.full(y, 0.5), y);
  const error = b.select(isLow, b.sub(b.erf(y), a), b.sub(b.sub(b.full(a, 1), a), complement(b, high)));
  const step = b.mul(scale(b, error, Math.sqrt(Math.PI) / 2), b.exp(b.mul(y, y)));
  return b.sub(y, b.div(step, offset(b, b.mul(y, step), 1)));
}

/** Evaluates a polynomial by Horner's rule. Coefficients are listed from the highest power. */
function polynomial(b: GraphBuilder, x: Value, [first, ...rest]: readonly number[]): Value {
  return rest.reduce((sum, coefficient) => offset(b, b.mul(sum, x), coefficient), b.full(x, first));
}

function isDouble(dtype: DType): boolean {
  return dtype === 'float64';
}
