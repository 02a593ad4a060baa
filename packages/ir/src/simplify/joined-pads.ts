import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { madeBy, type NodeOf, numberOf } from './match.ts';
import type { RewriteContext, RewriteRules } from './rewrite.ts';

/**
 * Replaces a sum of two values that zero padding has moved to adjacent positions by a concat. Differentiating slices of
 * a value produces such sums. The sum may also contain other summands.
 */
export const joinedPads: RewriteRules = {
  add: [
    {
      name: 'joins adjacent padded parts by concat',
      // In the sum, the padding 0 of one value is added to each element of the other, which converts -0 to 0; a concat
      // does not.
      changes: 'zeroSign',
      apply: (context, { operands: [x, y] }) => joinedSum(context, x, y) ?? joinedSum(context, y, x),
    },
  ],
};

/**
 * Emits `sum` + `y` as a concat if `y` is a padded value that is adjacent to a summand of `sum`; otherwise returns
 * null.
 */
function joinedSum(context: RewriteContext, sum: Value, y: Value): Value | null {
  const { builder: b, uses } = context;
  const right = zeroPad(b, y);
  if (right === null) return null;
  const left = zeroPad(b, sum);
  if (left !== null) return joined(b, left, right) ?? joined(b, right, left);
  const inner = madeBy(b, sum, 'add');
  // If the sum has other uses, it must be computed anyway, so that a concat saves nothing.
  if (inner === null || uses(sum) > 1) return null;
  const [first, second] = inner.operands;
  const withFirst = joinedSum(context, first, y);
  if (withFirst !== null) return b.add(withFirst, second);
  const withSecond = joinedSum(context, second, y);
  return withSecond === null ? null : b.add(first, withSecond);
}

function zeroPad(b: GraphBuilder, x: Value): NodeOf<'pad'> | null {
  const node = madeBy(b, x, 'pad');
  if (node === null || numberOf(b, node.operands[1]) !== 0) return null;
  return node.attributes.interior.every((count) => count === 0) ? node : null;
}

/**
 * Emits a concat of two padded values if the second starts where the first ends on one axis, and both are padded
 * equally on all other axes.
 */
function joined(b: GraphBuilder, first: NodeOf<'pad'>, second: NodeOf<'pad'>): Value | null {
  const { low, high, interior } = first.attributes;
  const { low: secondLow, high: secondHigh } = second.attributes;
  const [x, fill] = first.operands;
  const [y] = second.operands;
  const differing = low.flatMap((count, axis) =>
    count === secondLow[axis] && high[axis] === secondHigh[axis] ? [] : [axis],
  );
  if (differing.length !== 1) return null;
  const [axis] = differing;
  if (low[axis] + b.shape(x)[axis] !== secondLow[axis]) return null;
  const both = b.concat(
    [x, y].flatMap((part) => partsOf(b, part, axis)),
    axis,
  );
  const after = high.map((count, i) => (i === axis ? secondHigh[i] : count));
  return b.pad(both, fill, low, after, interior);
}

/** Returns the operands of a value that is a concat along an axis, or the value itself. */
function partsOf(b: GraphBuilder, value: Value, axis: number): readonly Value[] {
  const node = madeBy(b, value, 'concat');
  return node?.attributes.axis === axis ? node.operands : [value];
}
