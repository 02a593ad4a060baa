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
 * Clips every element of a tree of gradients to [-clipvalue, clipvalue].
 *
 * @throws ManabiError `argument` unless `clipvalue` is positive
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { clipByValue } from 'manabi/optimizers';
 *
 * console.log(await clipByValue(tensor([3, -0.2]), 0.5).array()); // [0.5, -0.2]
 * ```
 */
export function clipByValue<T>(grads: T, clipvalue: number): T {
  readArgument('clipByValue', 'clipvalue', clipvalue, positive);
  return tree.map((grad) => clip(grad, -clipvalue, clipvalue), grads);
}

/**
 * Scales each tensor of a tree down to a Euclidean norm of at most `clipnorm`.
 *
 * `grad · clipnorm / max(‖grad‖, clipnorm)`, for each tensor separately.
 *
 * Source: R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training Recurrent Neural Networks", 2013,
 * https://arxiv.org/abs/1211.5063.
 *
 * @throws ManabiError `argument` unless `clipnorm` is positive
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { clipByNorm } from 'manabi/optimizers';
 *
 * const { kernel, bias } = clipByNorm({ kernel: tensor([3, 4]), bias: tensor([0.5]) }, 1);
 * console.log(await kernel.array()); // [0.6, 0.8]
 * console.log(await bias.array()); // [0.5]
 * ```
 */
export function clipByNorm<T>(grads: T, clipnorm: number): T {
  readArgument('clipByNorm', 'clipnorm', clipnorm, positive);
  return tree.map((grad) => div(mul(grad, clipnorm), maximum(sqrt(sum(square(grad))), clipnorm)), grads);
}

/**
 * Scales all tensors of a tree by one factor so that their joint Euclidean norm is at most `globalClipnorm`.
 *
 * `grad · globalClipnorm / max(norm, globalClipnorm)`, where `norm = globalNorm(grads)`. If any element is infinite or
 * NaN, all results are NaN, which makes the problem visible.
 *
 * @throws ManabiError `argument` unless `globalClipnorm` is positive
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { clipByGlobalNorm } from 'manabi/optimizers';
 *
 * const { kernel, bias } = clipByGlobalNorm({ kernel: tensor([3]), bias: tensor([4]) }, 1);
 * console.log(await kernel.array()); // [0.6]
 * console.log(await bias.array()); // [0.8]
 * ```
 */
export function clipByGlobalNorm<T>(grads: T, globalClipnorm: number): T {
  readArgument('clipByGlobalNorm', 'globalClipnorm', globalClipnorm, positive);
  const norm = globalNorm(grads);
  const factor = mul(minimum(div(1, norm), 1 / globalClipnorm), globalClipnorm);
  // norm - norm is 0 for a finite norm and NaN otherwise.
  const checked = add(factor, sub(norm, norm));
  return tree.map((grad) => mul(grad, astype(checked, grad.dtype)), grads);
}

/**
 * Returns the Euclidean norm of all elements of a tree together, as a float scalar; 0 for a tree without tensors.
 *
 * @throws ManabiError `dtype` for tensors that are not floats
 * @example
 * ```ts
 * import { tensor } from 'manabi';
 * import { globalNorm } from 'manabi/optimizers';
 *
 * console.log(await globalNorm({ kernel: tensor([3]), bias: tensor([4]) }).item()); // 5
 * ```
 */
export function globalNorm(grads: unknown): Tensor {
  const [first, ...others] = tree.leaves(grads).map((grad) => sum(square(grad)));
  if (first === undefined) return scalar(0);
  return sqrt(others.reduce((total, each) => add(total, astype(each, total.dtype)), first));
}
