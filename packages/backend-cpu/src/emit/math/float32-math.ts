import type { FunctionBuilder, LocalId } from '../../wasm/function.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { erf } from './error-function.ts';
import { exp, expm1, sigmoid, tanh } from './exponential.ts';
import { type Expression, callValue, localValue, writeExpression } from './expression.ts';
import { asin, atan } from './inverse-trigonometric.ts';
import { log, log1p } from './logarithm.ts';
import { vectorFunction } from './module-function.ts';
import { pow } from './power.ts';
import { rem } from './remainder.ts';
import { cos, sin } from './trigonometric.ts';

/** Scalar instructions that WebAssembly lacks for floats, by their number of operands. */
export const mathArity = {
  exp: 1, expm1: 1, log: 1, log1p: 1, sin: 1, cos: 1, asin: 1, atan: 1, tanh: 1, sigmoid: 1, erf: 1, pow: 2, rem: 2,
} as const;
export type MathName = keyof typeof mathArity;
export const inline: { readonly [K in MathName]: (module: ModuleBuilder, ...operands: Expression[]) => Expression } = {
  exp: (_, x) => exp(x),
  expm1: (_, x) => expm1(x),
  log, log1p, sin, cos,
  asin: (_, x) => asin(x),
  atan: (_, x) => atan(x),
  tanh: (_, x) => tanh(x),
  sigmoid: (_, x) => sigmoid(x),
  erf: (_, x) => erf(x),
  pow, rem,
};
