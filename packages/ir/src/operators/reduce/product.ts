import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { sizeOf } from '../../types/shape.ts';
import { axesBut, inversePermutation } from '../layout/axes.ts';

/**
 * Computes the gradient of a product along axes: the cotangent times the product of all other elements.
 *
 * Differentiates a binary tree of products: about 3n multiplications in log n levels, without division or tests for
 * zero. So the gradient is exact at zeros, and so are its derivatives of any order.
 */
export function productOfOthers(b: GraphBuilder, g: Value, x: Value, axes: readonly number[]): Value {
  const shape = b.shape(x);
  if (sizeOf(shape) === 0) return b.full(x, 0);
  const kept = axesBut(shape.length, axes);
  const isRun = axes.every((axis, i) => axis === axes[0] + i);
  // Adjacent axes merge into one axis in place; other axes are moved to the end.
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

/** Computes `g`, of length 1 on axis 1, times the product of all other elements on that axis. */
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

/** Slices axis 1 from `from` to `to`. */
function part(b: GraphBuilder, x: Value, from: number, to: number): Value {
  const [before, , after] = b.shape(x);
  return b.slice(x, [0, from, 0], [before, to, after], [1, 1, 1]);
}
