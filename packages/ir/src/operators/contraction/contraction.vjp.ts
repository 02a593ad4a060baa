import { inversePermutation } from '../layout/axes.ts';
import type { Vjp, VjpRule } from '../vjp.ts';
import type { ContractionOps } from './contraction.ts';
import { dotAxes } from './dot.ts';

/**
 * Computes the cotangent of each operand: the `dot` of the result's cotangent with the other operand, over the free
 * axes of that operand, then transposed to the operand's order of axes.
 */
const dot: VjpRule<'dot'> = (b, { operands: [left, right], attributes }, [g]) => {
  if (g === null) return [null, null];
  const axes = dotAxes(b.shape(left), b.shape(right), attributes);
  const batchCount = attributes.batch.length;
  const leftFreeCount = axes.left.free.length;

  const byRight = attributes.contract.toSorted((one, other) => one[1] - other[1]);
  const dLeft = b.dot(
    g,
    right,
    axes.right.batch.map((axis, i) => [i, axis]),
    axes.right.free.map((axis, i) => [batchCount + leftFreeCount + i, axis]),
  );
  const leftOrder = [...axes.left.batch, ...axes.left.free, ...byRight.map((pair) => pair[0])];

  const byLeft = attributes.contract.toSorted((one, other) => one[0] - other[0]);
  const dRight = b.dot(
    left,
    g,
    axes.left.batch.map((axis, i) => [axis, i]),
    axes.left.free.map((axis, i) => [axis, batchCount + i]),
  );
  const rightOrder = [...axes.right.batch, ...byLeft.map((pair) => pair[1]), ...axes.right.free];
  return [b.transpose(dLeft, inversePermutation(leftOrder)), b.transpose(dRight, inversePermutation(rightOrder))];
};

/** Scatters the cotangents of the values to the selected elements. The indices have no cotangent. */
const topK: VjpRule<'topK'> = (b, { operands: [x], results: [, indices], attributes: { axis } }, [g]) => [
  g === null ? null : b.scatterElements(b.full(x, 0), indices, g, axis, 'add'),
];

/** Gradient rules of `dot` and `topK`. */
export const contractionVjp: { readonly [K in ContractionOps]: Vjp<K> } = { dot, topK };
