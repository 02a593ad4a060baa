import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { type Shape, sizeOf } from '../types/shape.ts';

/** Returns the numbers of the axes of a shape that are not in `axes`, ascending. */
export function otherAxes(shape: Shape, axes: readonly number[]): number[] {
  return shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
}

/** Broadcasts a value that was reduced over `axes` of `shape` back to `shape`. */
export function expandOver(b: GraphBuilder, reduced: Value, shape: Shape, axes: readonly number[]): Value {
  return b.expand(reduced, shape, otherAxes(shape, axes));
}

/** Broadcasts a value such as a scale or bias to `shape`. Axis i of the value becomes axis `axes[i]` of the result. */
export function expandAlong(b: GraphBuilder, value: Value, shape: Shape, axes: readonly number[]): Value {
  return b.expand(value, shape, axes);
}

/** Returns the number of elements that a reduction over `axes` combines into one. */
export function countOver(shape: Shape, axes: readonly number[]): number {
  return sizeOf(axes.map((axis) => shape[axis]));
}

/** Computes the mean of floats over `axes`, which are removed; NaN for empty axes. */
export function meanOver(b: GraphBuilder, x: Value, axes: readonly number[]): Value {
  const sum = b.reduceSum(x, axes);
  return scale(b, sum, 1 / countOver(b.shape(x), axes));
}

/** Multiplies each element of a value by a number. */
export function scale(b: GraphBuilder, x: Value, factor: number): Value {
  return b.mul(x, b.full(x, factor));
}

/** Adds a number to each element of a value. */
export function offset(b: GraphBuilder, x: Value, number: number): Value {
  return b.add(x, b.full(x, number));
}
