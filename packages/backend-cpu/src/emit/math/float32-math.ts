import type { ScalarOp } from '@manabi/ir';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { erf } from './error-function.ts';
import { exp, exp2, expm1, sigmoid, tanh } from './exponential.ts';
import type { Expression } from './expression.ts';
import { asin, atan } from './inverse-trigonometric.ts';
import { log, log1p } from './logarithm.ts';
import { pow } from './power.ts';
import { rem } from './remainder.ts';
import { cos, sin, tan } from './trigonometric.ts';

/** Scalar instructions on floats that WebAssembly lacks, with their number of operands. */
export const mathArity = {
  exp: 1,
  exp2: 1,
  expm1: 1,
  log: 1,
  log1p: 1,
  sin: 1,
  cos: 1,
  tan: 1,
  asin: 1,
  atan: 1,
  tanh: 1,
  sigmoid: 1,
  erf: 1,
  pow: 2,
  rem: 2,
} as const satisfies Partial<Record<ScalarOp, 1 | 2>>;

/** Name of such an instruction. */
export type MathName = keyof typeof mathArity;

/**
 * The instructions on four float32 lanes. NaN, infinities, denormals and the signs of zeros are right everywhere, and a
 * lane's bits depend on that lane alone, so that a scalar may be computed as a vector of equal lanes.
 *
 * Largest errors in units of the last place, over all 2^32 float32 values (pow: 10^8 random pairs of several
 * distributions; rem is exact):
 *
 * | exp | exp2 | expm1 | log | log1p | sin | cos | tan | asin | atan | tanh | sigmoid | erf | pow |
 * | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
 * | 1.02 | 1.03 | 1.89 | 0.96 | 0.98 | 1.59 | 1.60 | 0.59 | 2.41 | 2.15 | 2.50 | 2.41 | 2.08 | 0.54 |
 *
 * Most are written in place: a loop then keeps their constants in registers, which makes them up to twice as fast as a
 * call. What rare lanes need (huge angles, logarithms of what is not positive), and `pow`, are functions of the module.
 * The coefficients come from `tooling/goldens/float32-math`, unless a source is named.
 *
 * @example
 * ```ts
 * writeExpression(f, float32Math.tanh(module, localValue(x))); // leaves the vector on the stack
 * ```
 */
export const float32Math: {
  readonly [K in MathName]: (module: ModuleBuilder, ...operands: Expression[]) => Expression;
} = {
  exp: (_, x) => exp(x),
  exp2: (_, x) => exp2(x),
  expm1: (_, x) => expm1(x),
  log,
  log1p,
  sin,
  cos,
  tan,
  asin: (_, x) => asin(x),
  atan: (_, x) => atan(x),
  tanh: (_, x) => tanh(x),
  sigmoid: (_, x) => sigmoid(x),
  erf: (_, x) => erf(x),
  pow,
  rem,
};
