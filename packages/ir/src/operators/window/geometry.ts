import type { Padding } from '../../graph/graph.ts';

/**
 * Returns the length that `count` elements cover if they are `step` apart: (count - 1) · step + 1, or 0 for no
 * elements.
 */
export function spannedLength(count: number, step: number): number {
  return count === 0 ? 0 : (count - 1) * step + 1;
}

/** Returns the length of an axis with padding; 0 if negative padding removes more elements than the axis has. */
export function lengthWithPadding(length: number, [low, high]: Padding): number {
  return Math.max(0, length + low + high);
}

/**
 * Returns how many windows of `size` elements, `dilation` apart, fit into an axis when they start every `stride`
 * elements.
 */
export function windowCount(length: number, size: number, stride: number, dilation: number): number {
  return Math.max(0, Math.floor((length - spannedLength(size, dilation)) / stride) + 1);
}

/** Returns the `count` numbers first, first + 1, …. */
export function axesFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Returns every index of an array of this shape, in row-major order. */
export function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (indices, length) => indices.flatMap((index) => axesFrom(0, length).map((at) => [...index, at])),
    [[]],
  );
}
