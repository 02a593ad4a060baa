import { rowMajorStrides, type Shape, type TensorType } from '../../types/shape.ts';
import type { ReferenceArray } from '../reference.ts';
import { fillReference } from '../reference-array.ts';

/** Place on every axis of the element that is at `position` in row-major order. */
export function placeAt(position: number, shape: Shape): number[] {
  return rowMajorStrides(shape).map((stride, axis) => Math.floor(position / stride) % shape[axis]);
}

/** Position in row-major order of the element at a place. */
export function positionOf(place: readonly number[], shape: Shape): number {
  const strides = rowMajorStrides(shape);
  return place.reduce((position, at, axis) => position + at * strides[axis], 0);
}

/** The result whose element at a place is that of `x` at the place that `from` says. */
export function readFrom(
  x: ReferenceArray,
  result: TensorType,
  from: (place: readonly number[]) => readonly number[],
): ReferenceArray {
  return fillReference(result, (i) => x.data[positionOf(from(placeAt(i, result.shape)), x.shape)]);
}

/** Joins every element of `piece`, in row-major order, to the element of `target` at the place that `to` says. */
export function writeTo(
  target: ReferenceArray,
  piece: ReferenceArray,
  to: (place: readonly number[]) => readonly number[],
  join: (known: number, element: number) => number = (_, element) => element,
): void {
  piece.data.forEach((element, i) => {
    const position = positionOf(to(placeAt(i, piece.shape)), target.shape);
    target.data[position] = join(target.data[position], element);
  });
}
