import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { type Shape, sizeOf } from '../types/shape.ts';

/** The axes of a shape that are not in `axes`, in order. */
export function otherAxes(shape: Shape, axes: readonly number[]): number[] {
  return shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
}

/** A value that was reduced over `axes` of `shape`, given back to every element that it came from. */
export function expandOver(b: GraphBuilder, reduced: Value, shape: Shape, axes: readonly number[]): Value {
  return b.expand(reduced, shape, otherAxes(shape, axes));
}

/** A value whose axes are `axes` of `shape`, in order, repeated along the others: scales and biases. */
export function expandAlong(b: GraphBuilder, value: Value, shape: Shape, axes: readonly number[]): Value {
  return b.expand(value, shape, axes);
}

/** Number of elements that are joined into one by a reduction over `axes`. */
export function countOver(shape: Shape, axes: readonly number[]): number {
  return sizeOf(axes.map((axis) => shape[axis]));
}

/** Mean of floats over `axes`, which vanish; NaN where there is nothing to average. */
export function meanOver(b: GraphBuilder, x: Value, axes: readonly number[]): Value {
  const sum = b.reduceSum(x, axes);
  return scale(b, sum, 1 / countOver(b.shape(x), axes));
}

/** A value times a number. */
export function scale(b: GraphBuilder, x: Value, factor: number): Value {
  return b.mul(x, b.full(x, factor));
}

/** A value plus a number. */
export function offset(b: GraphBuilder, x: Value, number: number): Value {
  return b.add(x, b.full(x, number));
}
