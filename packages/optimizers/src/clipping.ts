import {
  add,
  astype,
  clip,
  div,
  maximum,
  minimum,
  mul,
  scalar,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tree,
} from '@manabi/core';
import { positive, readArgument } from '@manabi/errors';

/**
 * Elements of all tensors of a tree, none above `clipvalue` in magnitude.
 *
 * @throws ManabiError `argument` unless the limit is above 0
 * @example `clipByValue(grads, 0.5)`
 */
export function clipByValue<T>(grads: T, clipvalue: number): T {
  readArgument('clipByValue', 'clipvalue', clipvalue, positive);
  return tree.map((grad) => clip(grad, -clipvalue, clipvalue), grads);
}

/**
 * Each tensor of a tree, shortened to a Euclidean norm of `clipnorm` if it is longer (Pascanu et al., 2013,
 * https://arxiv.org/abs/1211.5063).
 *
 * @throws ManabiError `argument` unless the limit is above 0
 * @example `clipByNorm(grads, 1)`
 */
export function clipByNorm<T>(grads: T, clipnorm: number): T {
  readArgument('clipByNorm', 'clipnorm', clipnorm, positive);
  return tree.map((grad) => div(mul(grad, clipnorm), maximum(sqrt(sum(square(grad))), clipnorm)), grads);
}

/**
 * All tensors of a tree, shortened by one factor so that together they are no longer than `globalClipnorm`. If an element
 * is infinite or NaN then everything becomes NaN, so that it is seen.
 *
 * @throws ManabiError `argument` unless the limit is above 0
 * @example `clipByGlobalNorm(grads, 1)`
 */
export function clipByGlobalNorm<T>(grads: T, globalClipnorm: number): T {
  readArgument('clipByGlobalNorm', 'globalClipnorm', globalClipnorm, positive);
  const norm = globalNorm(grads);
  const factor = mul(minimum(div(1, norm), 1 / globalClipnorm), globalClipnorm);
  const seen = add(factor, sub(norm, norm));
  return tree.map((grad) => mul(grad, astype(seen, grad.dtype)), grads);
}

/** The Euclidean norm of all elements of a tree together: a float scalar; 0 for a tree without tensors. */
export function globalNorm(grads: unknown): Tensor {
  const [first, ...others] = tree.leaves(grads).map((grad) => sum(square(grad)));
  if (first === undefined) return scalar(0);
  return sqrt(others.reduce((total, each) => add(total, astype(each, total.dtype)), first));
}
