import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { madeBy, type NodeOf, numberOf } from './match.ts';
import type { RewriteContext, RewriteRules } from './rewrite.ts';

/**
 * The sum of two values that were padded with zeros to places side by side is both of them, one after the other: so the
 * gradients of the parts of a value become one value again. Other summands may stand between the two.
 */
export const joinedPads: RewriteRules = {
  add: [
    {
      name: 'padded parts side by side are one concat',
      // The fill of the other pad is added to each element, and 0 + -0 is 0.
      changes: 'zeroSign',
      apply: (context, { operands: [x, y] }) => joinedSum(context, x, y) ?? joinedSum(context, y, x),
    },
  ],
};

/** The sum of both, if the second is a padded value that joins a summand of the first. */
function joinedSum(context: RewriteContext, sum: Value, y: Value): Value | null {
  const { builder: b, uses } = context;
  const right = zeroPad(b, y);
  if (right === null) return null;
  const left = zeroPad(b, sum);
  if (left !== null) return joined(b, left, right) ?? joined(b, right, left);
  const inner = madeBy(b, sum, 'add');
  // A sum that is wanted for itself is there anyway.
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

/** Both as one padded value, if the second begins where the first ends on one axis and they agree on all others. */
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

/** What a value was joined from along an axis. */
function partsOf(b: GraphBuilder, value: Value, axis: number): readonly Value[] {
  const node = madeBy(b, value, 'concat');
  return node?.attributes.axis === axis ? node.operands : [value];
}
