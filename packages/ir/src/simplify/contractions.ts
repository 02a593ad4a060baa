import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, AxisPair, Value } from '../graph/graph.ts';
import { equalLists, isAscending, madeBy } from './match.ts';
import type { Candidate, RewriteContext, RewriteRules } from './rewrite.ts';

type Side = 0 | 1;

/**
 * Removes transposes before and after `dot`, which can contract any axes without extra cost. If an operand is
 * transposed, `dot` contracts other axes instead. If the result is transposed such that the free axes of the right
 * operand come first, the operands are swapped instead.
 */
export const contractions: RewriteRules = {
  dot: [
    {
      name: 'reads the axes of a transposed operand directly',
      changes: 'rounding',
      apply: ({ builder: b }, { operands: [left, right], attributes }) => {
        const onLeft = untransposed(b, left, attributes, 0);
        const onRight = untransposed(b, right, onLeft?.attributes ?? attributes, 1);
        if (onLeft === null && onRight === null) return null;
        const { batch, contract } = onRight?.attributes ?? onLeft?.attributes ?? attributes;
        return b.dot(onLeft?.x ?? left, onRight?.x ?? right, batch, contract);
      },
    },
  ],
  transpose: [{ name: 'swaps the operands of a transposed product', changes: 'rounding', apply: transposedProduct }],
};

function transposedProduct(
  { builder: b, uses }: RewriteContext,
  { operands: [x], attributes: { permutation } }: Candidate<'transpose'>,
): Value | null {
  const product = madeBy(b, x, 'dot');
  if (product === null || uses(x) > 1) return null;
  const [left, right] = product.operands;
  const { batch, contract } = product.attributes;
  const paired = batch.length + contract.length;
  const leftFree = b.shape(left).length - paired;
  const rightFree = b.shape(right).length - paired;
  const batchOrder = permutation.slice(0, batch.length);
  if (batchOrder.some((axis) => axis >= batch.length)) return null;
  const reordered = batchOrder.map((axis) => batch[axis]);
  const count = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i);
  const leftAxes = count(batch.length, leftFree);
  const rightAxes = count(batch.length + leftFree, rightFree);
  const order = permutation.slice(batch.length);
  if (equalLists(order, [...leftAxes, ...rightAxes])) return b.dot(left, right, reordered, contract);
  if (!equalLists(order, [...rightAxes, ...leftAxes])) return null;
  return b.dot(right, left, reordered.map(swapped), contract.map(swapped));
}

function swapped([left, right]: AxisPair): AxisPair {
  return [right, left];
}

/**
 * If an operand is a transposed value whose free axes keep their order, returns that value and the axes that correspond
 * to those of the operand.
 */
function untransposed(
  b: GraphBuilder,
  operand: Value,
  { batch, contract }: Attributes['dot'],
  side: Side,
): { readonly x: Value; readonly attributes: Attributes['dot'] } | null {
  const inner = madeBy(b, operand, 'transpose');
  if (inner === null) return null;
  const { permutation } = inner.attributes;
  const paired = [...batch, ...contract].map((pair) => pair[side]);
  if (!isAscending(permutation.filter((_, axis) => !paired.includes(axis)))) return null;
  const moved = ([left, right]: AxisPair): AxisPair =>
    side === 0 ? [permutation[left], right] : [left, permutation[right]];
  return { x: inner.operands[0], attributes: { batch: batch.map(moved), contract: contract.map(moved) } };
}
