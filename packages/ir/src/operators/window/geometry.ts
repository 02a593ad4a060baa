import type { Padding } from '../../graph/graph.ts';

/** Places from the first to the last of `count` elements that are `step` apart; 0 for none. */
export function spannedLength(count: number, step: number): number {
  return count === 0 ? 0 : (count - 1) * step + 1;
}

/** Length of an axis with padding; taking away more than there is leaves nothing. */
export function lengthWithPadding(length: number, [low, high]: Padding): number {
  return Math.max(0, length + low + high);
}

/** How many windows of `size` elements, `dilation` apart, start every `stride` places of an axis and lie within it. */
export function windowCount(length: number, size: number, stride: number, dilation: number): number {
  return Math.max(0, Math.floor((length - spannedLength(size, dilation)) / stride) + 1);
}

/** Axes `first`, `first` + 1, …: `count` of them. */
export function axesFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Every index of an array of this shape, in row-major order. */
export function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (indices, length) => indices.flatMap((index) => axesFrom(0, length).map((at) => [...index, at])),
    [[]],
  );
}
