import { isFloat } from '@manabi/ir';
import { aliasOf, lazyOf, Tensor } from '../tensor.ts';
import { composite } from './composite.ts';
import { unary } from './elementwise.ts';
import { asTensor, type TensorLike } from './operand.ts';

/**
 * Rounds each element down to an integer. Integer tensors are returned unchanged.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { floor, tensor } from 'manabi';
 *
 * console.log(await floor(tensor([1.5, -1.5])).array()); // [1, -2]
 * ```
 */
export function floor(x: TensorLike): Tensor {
  return rounded('floor', x);
}

/**
 * Rounds each element up to an integer. Integer tensors are returned unchanged.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { ceil, tensor } from 'manabi';
 *
 * console.log(await ceil(tensor([1.5, -1.5])).array()); // [2, -1]
 * ```
 */
export function ceil(x: TensorLike): Tensor {
  return rounded('ceil', x);
}

/**
 * Rounds each element to the nearest integer. Halves are rounded to the even integer: 2.5 to 2 (NumPy `round`). Integer
 * tensors are returned unchanged.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { round, tensor } from 'manabi';
 *
 * console.log(await round(tensor([0.5, 1.5, 2.7])).array()); // [0, 2, 3]
 * ```
 */
export function round(x: TensorLike): Tensor {
  return rounded('round', x);
}

/**
 * Rounds each element towards 0. Integer tensors are returned unchanged.
 *
 * @throws ManabiError `argument` unless x is a tensor, a number or a boolean
 * @example
 * ```ts
 * import { tensor, trunc } from 'manabi';
 *
 * console.log(await trunc(tensor([1.5, -1.5])).array()); // [1, -1]
 * ```
 */
export function trunc(x: TensorLike): Tensor {
  const value = asTensor('trunc', x);
  if (!isFloat(value.dtype)) return aliasOf(lazyOf(value));
  return new Tensor(composite('trunc', [lazyOf(value)], {}));
}

function rounded(op: 'floor' | 'ceil' | 'round', x: TensorLike): Tensor {
  const value = asTensor(op, x);
  return isFloat(value.dtype) ? unary(op, op, value) : aliasOf(lazyOf(value));
}
