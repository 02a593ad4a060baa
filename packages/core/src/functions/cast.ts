import { checkDTypeName, type DType } from '@manabi/ir';
import { emitOne } from '../lazy/emit.ts';
import { Tensor } from '../tensor.ts';
import { asValue, castTo, type TensorLike } from './operand.ts';

/**
 * The elements converted: floats to integers truncate and saturate, NaN to 0; integers wrap; to bool is `x != 0`.
 *
 * @throws ManabiError `dtype` if there is no such dtype
 * @example `astype(images, 'float32')`
 */
export function astype(x: TensorLike, dtype: DType): Tensor {
  checkDTypeName('astype', dtype);
  return new Tensor(castTo(asValue('astype', x), dtype));
}

/**
 * The same bits read as another dtype of the same width.
 *
 * @throws ManabiError `dtype`
 */
export function bitcast(x: TensorLike, dtype: DType): Tensor {
  checkDTypeName('bitcast', dtype);
  return new Tensor(emitOne('bitcast', [asValue('bitcast', x)], { dtype }));
}

/**
 * The tensor with memory of its own: for a tensor that is to outlive its donation.
 *
 * @example `await step(clone(params))`
 */
export function clone(x: Tensor): Tensor {
  const value = asValue('clone', x);
  return new Tensor(emitOne('reshape', [value], { shape: value.type.shape }));
}
