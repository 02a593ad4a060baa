import { readArgument } from '@manabi/errors';
import { checkDTypeName, type DType, dtypes, isInteger } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { aliasOf, isTensor, lazyOf, Tensor } from '../tensor.ts';
import { tensorKind } from './argument-kinds.ts';
import { asValue, castTo, scalarValue, type TensorLike } from './operand.ts';

/**
 * Returns the elements converted: floats to integers truncate and saturate, NaN to 0; integers wrap; to bool is `x != 0`.
 * A number keeps its digits.
 *
 * @throws ManabiError `dtype` if there is no such dtype
 * @example `astype(images, 'float32')`
 */
export function astype(x: TensorLike, dtype: DType): Tensor {
  checkDTypeName('astype', dtype);
  const number = numberAs(x, dtype);
  if (number !== null) return new Tensor(number);
  const value = asValue('astype', x);
  return value.type.dtype === dtype ? aliasOf(value) : new Tensor(castTo(value, dtype));
}

/** A number in a dtype that holds it; null for what has to be converted. */
function numberAs(x: TensorLike, dtype: DType): LazyValue | null {
  const number = isTensor(x) ? lazyOf(x).number : null;
  const value = isTensor(x) ? number?.value : x;
  if (typeof value !== 'number') return null;
  const { min, max } = dtypes[dtype];
  const isWhole = isInteger(dtype) && (number === null ? Number.isInteger(value) : number.isInteger());
  if (isInteger(dtype) && !(isWhole && value >= min && value <= max)) return null;
  return number === null ? scalarValue('astype', value, dtype) : number.as(dtype);
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
  const value = lazyOf(readArgument('clone', 'x', x, tensorKind));
  return new Tensor(emitOne('reshape', [value], { shape: value.type.shape }));
}
