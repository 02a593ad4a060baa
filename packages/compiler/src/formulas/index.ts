import type { Graph, ScalarOp } from '@manabi/ir';
import { asin, atan, cos, loadFormulas as load, rem, sin, tan } from '#rare-formulas';
import { erf } from './error-function.ts';
import { exp, exp2, expm1, sigmoid, tanh } from './exponential.ts';
import type { Formula } from './formula.ts';
import { log, log1p } from './logarithm.ts';
import { pow } from './power.ts';

export type { Algebra, Double, DoubleAlgebra } from './algebra.ts';

/**
 * Number of operands of each formula. Formulas replace instructions on floats, such as `exp`, that WebAssembly or WGSL
 * lacks or computes inaccurately.
 */
export const formulaArity = {
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

/** Name of a formula. */
export type FormulaName = keyof typeof formulaArity;

/**
 * Formulas of float32 functions, built from the operations of an `Algebra` that each code generator provides. NaN,
 * infinities, denormals and signed zeros are correct, and each result depends only on its own operands.
 *
 * Largest errors in ulp if the algebra has float64, over all 2^32 float32 values (log1p: every 13th; pow: 10^8 random
 * pairs of several distributions; rem is exact):
 *
 * | exp | exp2 | expm1 | log | log1p | sin | cos | tan | asin | atan | tanh | sigmoid | erf | pow |
 * | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
 * | 1.02 | 1.03 | 1.89 | 0.96 | 0.90 | 1.59 | 1.60 | 0.59 | 2.41 | 2.15 | 2.50 | 2.49 | 2.08 | 0.54 |
 *
 * With fused multiply-add, no function has a larger error, except exp and exp2 with 1.1 (measured on 8 million numbers each).
 *
 * Without float64, the largest errors of four functions differ (measured on at least 20,000 numbers): sin 1.7, cos 1.5,
 * tan 3.1, pow 1.4.
 *
 * The coefficients come from `tooling/goldens/float32-math` unless a source is named.
 */
export const formulas: { readonly [K in FormulaName]: Formula } = {
  exp,
  exp2,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tan,
  asin,
  atan,
  tanh,
  sigmoid,
  erf,
  pow,
  rem,
};

/**
 * Loads the formulas of trigonometric functions and remainders that a graph uses. Call it before `compilePlan`.
 *
 * @returns null if nothing has to be loaded, as always in Node; otherwise a promise that resolves when the graph can be compiled
 * @example
 * ```ts
 * import { loadFormulas } from '@manabi/compiler';
 * import { graphBuilder } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const graph = b.finish([b.sin(b.input({ dtype: 'float32', shape: [3] }))]);
 * console.log((await loadFormulas(graph)) ?? 'loaded'); // loaded
 * ```
 */
export function loadFormulas(graph: Graph): Promise<void> | null {
  return load(graph);
}
