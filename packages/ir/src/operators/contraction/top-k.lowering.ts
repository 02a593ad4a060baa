import type { GraphBuilder } from '../../graph/builder.ts';
import type { Attributes, Value } from '../../graph/graph.ts';
import { isFloat } from '../../types/dtype.ts';
import { axesBut } from '../layout/axes.ts';
import type { Lowering } from '../lowering.ts';

export const topK: Lowering<'topK'> = {
  class: 'routine',
  body: (b, [x], attributes) => topKBody(b, x, attributes),
};

/**
 * Compares all pairs of elements along the axis to compute the rank of each, and then gathers the elements of ranks 0 …
 * k - 1. Elements are only copied, so NaN and infinities are preserved.
 */
function topKBody(b: GraphBuilder, x: Value, { k, axis, largest }: Attributes['topK']): readonly Value[] {
  const shape = b.shape(x);
  const length = shape[axis];
  const square = [...shape, length];
  const last = shape.length;
  const self = b.expand(
    x,
    square,
    shape.map((_, i) => i),
  );
  const other = b.expand(alongLast(b, x, axis), square, axesBut(square.length, [axis]));
  const ahead = largest ? isBelow(b, self, other) : isBelow(b, other, self);
  const earlier = b.less(b.iota('int32', square, last), b.iota('int32', square, axis));
  const before = b.or(ahead, b.and(isEqual(b, self, other), earlier));
  const rank = b.reduceSum(b.cast(before, 'int32'), [last]);

  const chosen = [...shape.with(axis, k), length];
  const hit = b.equal(
    b.expand(alongLast(b, rank, axis), chosen, axesBut(chosen.length, [axis])),
    b.iota('int32', chosen, axis),
  );
  const hits = b.select(hit, b.iota('int32', chosen, last), b.constant(0, 'int32', chosen));
  const indices = b.reduceSum(hits, [last]);
  return [b.gatherElements(x, indices, axis), indices];
}

/** Transposes a value so that the given axis is last. */
function alongLast(b: GraphBuilder, x: Value, axis: number): Value {
  return b.transpose(x, [...axesBut(b.shape(x).length, [axis]), axis]);
}

/** Returns true where x < y, and where y alone is NaN: NaN counts as larger than all numbers. */
function isBelow(b: GraphBuilder, x: Value, y: Value): Value {
  if (!isFloat(b.dtype(x))) return b.less(x, y);
  return b.or(b.less(x, y), b.and(b.isNaN(y), b.not(b.isNaN(x))));
}

/** Returns true where x = y or both are NaN. */
function isEqual(b: GraphBuilder, x: Value, y: Value): Value {
  if (!isFloat(b.dtype(x))) return b.equal(x, y);
  return b.or(b.equal(x, y), b.and(b.isNaN(x), b.isNaN(y)));
}
