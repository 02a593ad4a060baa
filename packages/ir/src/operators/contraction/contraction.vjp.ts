import { inversePermutation } from '../layout/axes.ts';
import type { Vjp, VjpRule } from '../vjp.ts';
import type { ContractionOps } from './contraction.ts';
import { dotAxes } from './dot.ts';

/**
 * The cotangent of each operand is a product of the result's cotangent and the other operand, which contracts the free
 * axes of the other operand. It is then transposed to the order of axes of the operand.
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

/**
 * Scatters the cotangents of the selected values to their positions in the operand. The result `indices` has no
 * cotangent.
 */
const topK: VjpRule<'topK'> = (b, { operands: [x], results: [, indices], attributes: { axis } }, [g]) => [
  g === null ? null : b.scatterElements(b.full(x, 0), indices, g, axis, 'add'),
];

/** Gradient rules of `dot` and `topK`. */
export const contractionVjp: { readonly [K in ContractionOps]: Vjp<K> } = { dot, topK };
