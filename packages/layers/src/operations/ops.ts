import * as core from '@manabi/core';
import { isSymbolic, type SymbolicTensor } from '../layer/layer.ts';
import { type SymbolicArguments, symbolic } from './symbolic.ts';

/** A function of tensors that also accepts symbolic tensors, and then adds a layer to the functional model. */
export type OfEither<F extends (...args: never[]) => core.Tensor> = F &
  ((...args: SymbolicArguments<Parameters<F>>) => SymbolicTensor);

/**
 * The functions of `manabi` that have an equivalent in `keras.ops`, for tensors and for symbolic tensors. With a symbolic tensor
 * among its arguments, a function adds a layer to the functional model, as `symbolic` of the function does; otherwise it is the
 * function itself. The functions that `manabi` exports accept no symbolic tensors, so that pages with a few functions need not
 * download layers.
 *
 * @example
 * ```ts
 * import { ops } from '@manabi/layers/operations';
 * import { input, model, tensor } from 'manabi';
 *
 * const x = input({ shape: [3] });
 * const doubled = model({ inputs: x, outputs: ops.mean(ops.mul(x, 2), -1) });
 * console.log(await (await doubled.predict(tensor([[1, 2, 3]]))).array()); // [4]
 * console.log(await ops.add(tensor([1, 2]), 1).array()); // [2, 3]
 * ```
 */
export const ops = {
  abs: either(core.abs),
  add: either(core.add),
  all: either(core.all),
  any: either(core.any),
  arccos: either(core.arccos),
  arccosh: either(core.arccosh),
  arcsin: either(core.arcsin),
  arcsinh: either(core.arcsinh),
  arctan: either(core.arctan),
  arctan2: either(core.arctan2),
  arctanh: either(core.arctanh),
  argmax: either(core.argmax),
  argmin: either(core.argmin),
  argsort: either(core.argsort),
  astype: either(core.astype),
  ceil: either(core.ceil),
  clip: either(core.clip),
  concatenate: either(core.concatenate),
  cos: either(core.cos),
  cosh: either(core.cosh),
  cumsum: either(core.cumsum),
  div: either(core.div),
  dot: either(core.dot),
  einsum: either(core.einsum),
  elu: either(core.elu),
  equal: either(core.equal),
  erf: either(core.erf),
  exp: either(core.exp),
  exp2: either(core.exp2),
  expandDims: either(core.expandDims),
  expm1: either(core.expm1),
  flip: either(core.flip),
  floor: either(core.floor),
  floorDivide: either(core.floorDivide),
  gelu: either(core.gelu),
  greater: either(core.greater),
  greaterEqual: either(core.greaterEqual),
  index: either(core.index),
  isfinite: either(core.isfinite),
  isinf: either(core.isinf),
  isnan: either(core.isnan),
  less: either(core.less),
  lessEqual: either(core.lessEqual),
  log: either(core.log),
  log10: either(core.log10),
  log1p: either(core.log1p),
  log2: either(core.log2),
  logicalAnd: either(core.logicalAnd),
  logicalNot: either(core.logicalNot),
  logicalOr: either(core.logicalOr),
  logicalXor: either(core.logicalXor),
  logSigmoid: either(core.logSigmoid),
  logSoftmax: either(core.logSoftmax),
  logsumexp: either(core.logsumexp),
  matmul: either(core.matmul),
  max: either(core.max),
  maximum: either(core.maximum),
  mean: either(core.mean),
  min: either(core.min),
  minimum: either(core.minimum),
  mod: either(core.mod),
  moveaxis: either(core.moveaxis),
  mul: either(core.mul),
  negative: either(core.negative),
  notEqual: either(core.notEqual),
  onesLike: either(core.onesLike),
  power: either(core.power),
  prod: either(core.prod),
  ravel: either(core.ravel),
  reciprocal: either(core.reciprocal),
  relu: either(core.relu),
  relu6: either(core.relu6),
  repeat: either(core.repeat),
  reshape: either(core.reshape),
  round: either(core.round),
  rsqrt: either(core.rsqrt),
  selu: either(core.selu),
  sigmoid: either(core.sigmoid),
  sign: either(core.sign),
  silu: either(core.silu),
  sin: either(core.sin),
  sinh: either(core.sinh),
  softmax: either(core.softmax),
  softplus: either(core.softplus),
  softsign: either(core.softsign),
  sort: either(core.sort),
  sqrt: either(core.sqrt),
  square: either(core.square),
  squeeze: either(core.squeeze),
  stack: either(core.stack),
  stopGradient: either(core.stopGradient),
  sub: either(core.sub),
  sum: either(core.sum),
  swapaxes: either(core.swapaxes),
  take: either(core.take),
  tan: either(core.tan),
  tanh: either(core.tanh),
  tile: either(core.tile),
  transpose: either(core.transpose),
  tril: either(core.tril),
  triu: either(core.triu),
  trunc: either(core.trunc),
  where: either(core.where),
  zerosLike: either(core.zerosLike),
};

function either<F extends (...args: never[]) => core.Tensor>(f: F): OfEither<F>;
function either(f: (...args: unknown[]) => core.Tensor): unknown {
  return (...args: unknown[]) => (args.some(hasSymbol) ? symbolic(f)(...args) : f(...args));
}

/** Reports whether an argument is a symbolic tensor, or a list with one. */
function hasSymbol(value: unknown): boolean {
  return isSymbolic(value) || (Array.isArray(value) && value.some(hasSymbol));
}
