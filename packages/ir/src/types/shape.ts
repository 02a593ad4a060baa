import type { DType } from './dtype.ts';

/** Lengths of a tensor's axes, outermost first. `[]` is the shape of a scalar. */
export type Shape = readonly number[];

/** Type of a tensor: its dtype and shape. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/**
 * Returns the number of elements of a tensor with the given shape: the product of its lengths, or 1 for a scalar.
 *
 * @example
 * ```ts
 * import { sizeOf } from '@manabi/ir';
 *
 * console.log(sizeOf([2, 3])); // 6
 * console.log(sizeOf([])); // 1
 * ```
 */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/**
 * Returns true if two shapes have equal rank and lengths.
 *
 * @example
 * ```ts
 * import { equalShapes } from '@manabi/ir';
 *
 * console.log(equalShapes([2, 3], [2, 3])); // true
 * ```
 */
export function equalShapes(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/**
 * Returns true if two types have equal dtypes and shapes.
 *
 * @example
 * ```ts
 * import { equalTypes } from '@manabi/ir';
 *
 * console.log(equalTypes({ dtype: 'float32', shape: [2] }, { dtype: 'int32', shape: [2] })); // false
 * ```
 */
export function equalTypes(a: TensorType, b: TensorType): boolean {
  return a.dtype === b.dtype && equalShapes(a.shape, b.shape);
}

/**
 * Returns the row-major strides of a shape, in elements.
 *
 * @example
 * ```ts
 * import { rowMajorStrides } from '@manabi/ir';
 *
 * console.log(rowMajorStrides([2, 3, 4])); // [12, 4, 1]
 * ```
 */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/**
 * Formats a type as text for messages and printed graphs, such as `float32[2, 3]`.
 *
 * @example
 * ```ts
 * import { formatType } from '@manabi/ir';
 *
 * console.log(formatType({ dtype: 'float32', shape: [2, 3] })); // float32[2, 3]
 * ```
 */
export function formatType(type: TensorType): string {
  return `${type.dtype}${formatShape(type.shape)}`;
}

/**
 * Formats a shape as text for messages and printed graphs, such as `[2, 3]`.
 *
 * @example
 * ```ts
 * import { formatShape } from '@manabi/ir';
 *
 * console.log(formatShape([2, 3])); // '[2, 3]'
 * ```
 */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
