import type { GraphBuilder } from '../../graph/builder.ts';
import type { Attributes, Value } from '../../graph/graph.ts';
import type { Lowering } from '../lowering.ts';
import { dotAxes } from './dot.ts';

export const dot: Lowering<'dot'> = {
  class: 'routine',
  body: (b, [left, right], attributes) => [dotBody(b, left, right, attributes)],
};

/**
 * Broadcasts both operands to [batch, left free, right free, contracted], multiplies them and sums over the contracted
 * axes.
 */
function dotBody(b: GraphBuilder, left: Value, right: Value, attributes: Attributes['dot']): Value {
  const axes = dotAxes(b.shape(left), b.shape(right), attributes);
  const lengths = (x: Value, of: readonly number[]): number[] => of.map((axis) => b.shape(x)[axis]);
  const full = [
    ...lengths(left, axes.left.batch),
    ...lengths(left, axes.left.free),
    ...lengths(right, axes.right.free),
    ...lengths(left, axes.left.contract),
  ];
  const all = full.map((_, axis) => axis);
  const leftFrom = axes.left.batch.length;
  const rightFrom = leftFrom + axes.left.free.length;
  const sumFrom = rightFrom + axes.right.free.length;
  const spread = (x: Value, permutation: readonly number[], axes: readonly number[]): Value =>
    b.expand(b.transpose(x, permutation), full, axes);
  const { batch, free, contract } = axes.left;
  const x = spread(
    left,
    [...batch, ...free, ...contract],
    all.filter((axis) => axis < rightFrom || axis >= sumFrom),
  );
  const y = spread(
    right,
    [...axes.right.batch, ...axes.right.free, ...axes.right.contract],
    all.filter((axis) => axis < leftFrom || axis >= rightFrom),
  );
  return b.reduceSum(b.mul(x, y), all.slice(sumFrom));
}
