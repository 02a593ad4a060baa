import type { GraphBuilder } from '../builder.ts';
import type { DType } from '../dtype.ts';
import type { Value } from '../graph.ts';
import { offset, scale } from './broadcast.ts';
import type { Composite } from './composite.ts';

/** Relatives of the error function: one float operand, one result like it. */
export interface ErrorFunctionConfigs {
  /** 1 - erf(x), with all its digits where that is close to zero. */
  erfc: Record<never, never>;
  /** The x with erf(x) = operand; ±infinity at ±1, NaN beyond. */
  erfInv: Record<never, never>;
}

/** Relatives of the error function. */
export const errorFunction: { readonly [K in keyof ErrorFunctionConfigs]: Composite<ErrorFunctionConfigs[K]> } = {
  erfc: {
    body: (b, [x]) => {
      const isNear = b.less(x, b.full(x, 0.5));
      const far = complement(b, b.select(isNear, b.full(x, 0.5), x));
      return [b.select(isNear, b.sub(b.full(x, 1), b.erf(x)), far)];
    },
    vjp: (b, { operands: [x] }, [g]) => [b.mul(scale(b, g, -2 / Math.sqrt(Math.PI)), b.exp(b.neg(b.mul(x, x))))],
  },
  erfInv: {
    body: (b, [x]) => [inverse(b, x)],
    vjp: (b, { results: [o] }, [g]) => [b.mul(scale(b, g, Math.sqrt(Math.PI) / 2), b.exp(b.mul(o, o)))],
  },
};

/**
 * log(erfc(x) · e^(x²) / t) as a polynomial in 2t - 1, t = 1 / (1 + x/2), for x >= 0: Chebyshev fits, highest power
 * first, good to 1e-7 and to 1e-17.
 */
const COMPLEMENT: { readonly [K in 'short' | 'long']: readonly number[] } = {
  short: [
    4.657862288850425e-6, 0.0003324407019737343, -0.00021942688170480622, -0.002045806027275416, 0.0017864968325701151,
    0.0087016008956311, -0.009877244398432398, -0.04687426828089252, 0.047343527644479334, 0.6726421700206594,
    -0.6717940840566923,
  ],
  long: [
    -2.0464670329192375e-9, 4.089222480896167e-9, 1.2225710551260416e-8, -3.9356533447809914e-8, -1.711069646695314e-9,
    1.538760666928522e-7, -2.4404662375581676e-7, -1.6939237579995655e-7, 1.2437191416721655e-6, -1.271343067023655e-6,
    -2.9430926821341833e-6, 8.56191490492248e-6, 1.3509102932957954e-7, -3.0187528842243815e-5, 3.174616564355679e-5,
    7.140089189099235e-5, -0.00017430319942974635, -9.373500301998985e-5, 0.0006736788382506061,
    -0.00014624686754045134, -0.002345812504982584, 0.001758933558165434, 0.008824938557327763, -0.009872689366406727,
    -0.046895610231182674, 0.04734330684190473, 0.6726432239776567, -0.6717940840566923,
  ],
};

/** erfc for positive x. */
function complement(b: GraphBuilder, x: Value): Value {
  const t = b.div(b.full(x, 1), offset(b, scale(b, x, 0.5), 1));
  const fit = polynomial(b, offset(b, scale(b, t, 2), -1), COMPLEMENT[isDouble(b.dtype(x)) ? 'long' : 'short']);
  return b.mul(t, b.exp(b.sub(fit, b.mul(x, x))));
}

/**
 * The two polynomials of Giles, "Approximating the erfinv function" (GPU Computing Gems, 2011), good for float32,
 * highest power first: near the middle in w - 2.5, at the ends in √w - 3, with w = -log(1 - x²).
 */
const MIDDLE = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const ENDS = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];

/** Refinements in float64: each triples the digits of a guess that starts with two to three. */
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

/** erfInv(x) / x in float32, from w. */
function fitted(b: GraphBuilder, w: Value): Value {
  const isMiddle = b.less(w, b.full(w, 5));
  const root = b.sqrt(b.select(isMiddle, b.full(w, 5), w));
  return b.select(isMiddle, polynomial(b, offset(b, w, -2.5), MIDDLE), polynomial(b, offset(b, root, -3), ENDS));
}

/** The guess of Winitzki, "A handy approximation for the error function and its inverse" (2008), refined. */
function refined(b: GraphBuilder, a: Value, w: Value): Value {
  const shape = 0.147;
  const middle = offset(b, scale(b, w, -0.5), 2 / (Math.PI * shape));
  const root = b.sqrt(b.add(b.mul(middle, middle), scale(b, w, 1 / shape)));
  let y = b.stopGradient(b.sqrt(b.max(b.sub(root, middle), b.full(a, 0))));
  for (let step = 0; step < REFINEMENTS; step++) y = refine(b, y, a);
  return y;
}

/** One step of Halley's method towards erf(y) = a; the difference is taken of the smaller of erf and erfc. */
function refine(b: GraphBuilder, y: Value, a: Value): Value {
  const isLow = b.less(a, b.full(a, 0.5));
  const high = b.select(isLow, b.full(y, 0.5), y);
  const error = b.select(isLow, b.sub(b.erf(y), a), b.sub(b.sub(b.full(a, 1), a), complement(b, high)));
  const step = b.mul(scale(b, error, Math.sqrt(Math.PI) / 2), b.exp(b.mul(y, y)));
  return b.sub(y, b.div(step, offset(b, b.mul(y, step), 1)));
}

/** Horner's rule. */
function polynomial(b: GraphBuilder, x: Value, [first, ...rest]: readonly number[]): Value {
  return rest.reduce((sum, coefficient) => offset(b, b.mul(sum, x), coefficient), b.full(x, first));
}

function isDouble(dtype: DType): boolean {
  return dtype === 'float64';
}
