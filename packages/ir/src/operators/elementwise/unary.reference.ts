import type { DType } from '../../types/dtype.ts';
import { roundHalfToEven } from '../../types/round-half-to-even.ts';
import type { Reference } from '../reference.ts';
import { fillReference } from '../reference-array.ts';
import { erf } from './erf.ts';
import type { ElementwiseUnaryOp } from './unary.ts';

/**
 * Reference implementations of the unary elementwise operators. Integer results wrap when they are stored in a typed
 * array.
 */
export const elementwiseUnaryReference: { readonly [K in ElementwiseUnaryOp]: Reference<K> } = {
  neg: each((x) => -x),
  abs: each(Math.abs),
  sign: each(Math.sign),
  floor: each(Math.floor),
  ceil: each(Math.ceil),
  round: each(roundHalfToEven),
  exp: each(Math.exp),
  exp2: each((x) => 2 ** x),
  expm1: each(Math.expm1),
  log: each(Math.log),
  log1p: each(Math.log1p),
  sqrt: each(Math.sqrt),
  sin: each(Math.sin),
  cos: each(Math.cos),
  tan: each(Math.tan),
  asin: each(Math.asin),
  atan: each(Math.atan),
  tanh: each(Math.tanh),
  sigmoid: each(sigmoid),
  erf: each(erf),
  isNaN: each((x) => (Number.isNaN(x) ? 1 : 0)),
  isInf: each((x) => (Math.abs(x) === Number.POSITIVE_INFINITY ? 1 : 0)),
  not: each((x, dtype) => (dtype === 'bool' ? 1 - x : ~x)),
};

function each<K extends ElementwiseUnaryOp>(compute: (x: number, dtype: DType) => number): Reference<K> {
  return ([x], _attributes, [result]) => [fillReference(result, (i) => compute(x.data[i], x.dtype))];
}

/** Computes 1 / (1 + e^-x) without overflow; accurate for small results. */
function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const power = Math.exp(x);
  return power / (1 + power);
}
