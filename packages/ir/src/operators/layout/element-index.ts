import { rowMajorStrides, type Shape, type TensorType } from '../../types/shape.ts';
import type { ReferenceArray } from '../reference.ts';
import { fillReference } from '../reference-array.ts';

/** Returns the index on every axis of the element at a row-major position. */
export function indexAt(position: number, shape: Shape): number[] {
  return rowMajorStrides(shape).map((stride, axis) => Math.floor(position / stride) % shape[axis]);
}

/** Returns the row-major position of an index. */
export function positionOf(index: readonly number[], shape: Shape): number {
  const strides = rowMajorStrides(shape);
  return index.reduce((position, at, axis) => position + at * strides[axis], 0);
}

/** Returns an array whose element at each index is the element of `x` at `from(index)`. */
export function readFrom(
  x: ReferenceArray,
  result: TensorType,
  from: (index: readonly number[]) => readonly number[],
): ReferenceArray {
  return fillReference(result, (i) => x.data[positionOf(from(indexAt(i, result.shape)), x.shape)]);
}

/**
 * Combines every element of `piece`, in row-major order, with the element of `target` at `to(index)`, where `index` is
 * the index in `piece`.
 */
export function writeTo(
  target: ReferenceArray,
  piece: ReferenceArray,
  to: (index: readonly number[]) => readonly number[],
  join: (known: number, element: number) => number = (_, element) => element,
): void {
  piece.data.forEach((element, i) => {
    const position = positionOf(to(indexAt(i, piece.shape)), target.shape);
    target.data[position] = join(target.data[position], element);
  });
}
