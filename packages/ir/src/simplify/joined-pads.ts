import type { GraphBuilder } from '../builder.ts';
import type { Value } from '../graph.ts';
import { madeBy, type NodeOf, numberOf } from './match.ts';
import type { RewriteRules } from './rewrite.ts';

/**
 * The sum of two values that were padded with zeros to places side by side is both of them, one after the other: so the
 * gradients of the parts of a value become one value again.
 */
export const joinedPads: RewriteRules = {
  add: ({ builder: b }, { operands: [x, y] }) => {
    const [left, right] = [zeroPad(b, x), zeroPad(b, y)];
    if (left === null || right === null) return null;
    return joined(b, left, right) ?? joined(b, right, left);
  },
};

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
