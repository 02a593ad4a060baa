import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { sizeOf } from '../../types/shape.ts';
import { axesBut, inversePermutation } from '../layout/axes.ts';

/**
 * Computes the gradient of a product along axes: the cotangent times the product of all other elements.
 *
 * The products are computed as a binary tree, with about 3n multiplications in log n levels. There are no divisions and
 * no tests for zero, so the gradient and all its derivatives are exact even if elements are zero.
 */
export function productOfOthers(b: GraphBuilder, g: Value, x: Value, axes: readonly number[]): Value {
  const shape = b.shape(x);
  if (sizeOf(shape) === 0) return b.full(x, 0);
  const kept = axesBut(shape.length, axes);
  const isRun = axes.every((axis, i) => axis === axes[0] + i);
  // Adjacent axes are merged into one axis. If the axes are not adjacent, they are moved to the end first.
  const order = isRun ? shape.map((_, axis) => axis) : [...kept, ...axes];
  const before = isRun ? sizeOf(shape.slice(0, axes[0])) : sizeOf(kept.map((axis) => shape[axis]));
  const length = sizeOf(axes.map((axis) => shape[axis]));
  const after = sizeOf(shape) / before / length;
  const elements = b.reshape(b.transpose(x, order), [before, length, after]);
  const others = timesOthers(b, b.reshape(g, [before, 1, after]), elements);
  const arranged = b.reshape(
    others,
    order.map((axis) => shape[axis]),
  );
  return b.transpose(arranged, inversePermutation(order));
}

/**
 * For each element of x, multiplies `g`, which has length 1 on axis 1, by the product of all other elements of x along
 * axis 1.
 */
function timesOthers(b: GraphBuilder, g: Value, x: Value): Value {
  const length = b.shape(x)[1];
  if (length === 1) return g;
  const half = length >> 1;
  const [left, right] = [part(b, x, 0, half), part(b, x, half, 2 * half)];
  const rest = length % 2 === 1 ? [part(b, x, length - 1, length)] : [];
  const joined = timesOthers(b, g, b.concat([b.mul(left, right), ...rest], 1));
  const pairs = part(b, joined, 0, half);
  const single = rest.map(() => part(b, joined, half, half + 1));
  return b.concat([b.mul(pairs, right), b.mul(pairs, left), ...single], 1);
}

/** Returns the slice of a value from `from` to `to` along axis 1. */
function part(b: GraphBuilder, x: Value, from: number, to: number): Value {
  const [before, , after] = b.shape(x);
  return b.slice(x, [0, from, 0], [before, to, after], [1, 1, 1]);
}
