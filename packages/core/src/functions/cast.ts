import { readArgument } from '@manabi/errors';
import { checkDTypeName, type DType, dtypes, isInteger } from '@manabi/ir';
import { emitOne } from '../emit/emit.ts';
import type { LazyValue } from '../lazy/value.ts';
import { aliasOf, isTensor, lazyOf, Tensor } from '../tensor.ts';
import { tensorKind } from './argument-kinds.ts';
import { asValue, castTo, scalarValue, type TensorLike } from './operand.ts';

/**
 * Converts elements to another dtype. In conversions to an integer dtype, floats are truncated and clamped to the range
 * of the dtype, NaN becomes 0, and integers wrap around. In conversions to bool, nonzero elements become true. A
 * JavaScript number is converted without rounding it to float32 first.
 *
 * @throws ManabiError `dtype` for an unknown dtype
 * @example
 * ```ts
 * import { astype, tensor } from 'manabi';
 *
 * console.log(await astype(tensor([1.7, -2.5, 300]), 'uint8').array()); // [1, 0, 255]
 * ```
 */
export function astype(x: TensorLike, dtype: DType): Tensor {
  checkDTypeName('astype', dtype);
  const number = numberAs(x, dtype);
  if (number !== null) return new Tensor(number);
  const value = asValue('astype', x);
  return value.type.dtype === dtype ? aliasOf(value) : new Tensor(castTo(value, dtype));
}

/**
 * Returns a JavaScript number as a scalar of the given dtype. Returns null if `x` is not a number, or if the dtype
 * cannot represent it.
 */
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
 * Reinterprets the bits of each element as another dtype of the same width (NumPy `view`).
 *
 * @throws ManabiError `dtype` if the widths differ or a dtype is bool
 * @example
 * ```ts
 * import { bitcast, tensor } from 'manabi';
 *
 * console.log(await bitcast(tensor([1]), 'int32').array()); // [1065353216]
 * ```
 */
export function bitcast(x: TensorLike, dtype: DType): Tensor {
  checkDTypeName('bitcast', dtype);
  return new Tensor(emitOne('bitcast', [asValue('bitcast', x)], { dtype }));
}

/**
 * Copies a tensor to new memory, for example to keep its elements after the original tensor is donated.
 *
 * @throws ManabiError `argument` unless x is a tensor; `donated` or `disposed` for a tensor that is no longer valid
 * @example
 * ```ts
 * import { add, clone, jit, tensor, Tensor } from 'manabi';
 *
 * const params = tensor([1, 2]);
 * const step = jit((w: Tensor) => add(w, 1), { donate: [0] });
 * console.log(await (await step(clone(params))).array()); // [2, 3]
 * console.log(await params.array()); // [1, 2]
 * ```
 */
export function clone(x: Tensor): Tensor {
  const value = lazyOf(readArgument('clone', 'x', x, tensorKind));
  return new Tensor(emitOne('reshape', [value], { shape: value.type.shape }));
}
