import type { FormulaName } from '@manabi/compiler';
import { erf64 } from './erf64.ts';

/** JavaScript functions that compute formulas in float64. WebAssembly modules import them as `math`. */
export const float64Functions: { readonly [K in FormulaName]: (x: number, y: number) => number } = {
  exp: Math.exp,
  exp2: (x) => 2 ** x,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  atan: Math.atan,
  tanh: Math.tanh,
  sigmoid: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  erf: erf64,
  // In IEEE 754, 1 to any power and -1 to an infinite power are 1.
  pow: (x, y) => (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY) ? 1 : x ** y),
  rem: (x, y) => x % y,
};
