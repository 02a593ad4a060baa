import { type Attributes, type GraphBuilder, sizeOf, type Value } from '@manabi/ir';
import type { PlanTarget } from '../target.ts';

/**
 * Splits running sums along an axis, if they have too few rows for the target: sums within parts of each row are
 * computed in parallel, and the sum of all earlier parts is added to each.
 *
 * @returns the result, or null if the sums are not split
 */
export function splitCumSum(
  b: GraphBuilder,
  x: Value,
  { axis, reverse, exclusive }: Attributes['cumSum'],
  target: PlanTarget,
): Value | null {
  const shape = b.shape(x);
  const extent = shape[axis];
  const rows = sizeOf(shape) / Math.max(extent, 1);
  if (rows === 0 || rows >= target.parallelTasks) return null;
  // Parts of one element would not shorten the sums.
  const leastTerms = Math.max(2, target.leastTerms);
  const most = Math.min(Math.ceil(target.parallelTasks / rows), Math.floor(extent / leastTerms));
  if (most < 2) return null;
  const length = Math.ceil(extent / most);
  const parts = Math.ceil(extent / length);
  const partedShape = [...shape.slice(0, axis), parts, length, ...shape.slice(axis + 1)];
  const parted = b.reshape(paddedTo(b, x, axis, parts * length), partedShape);
  const within = b.cumSum(parted, axis + 1, reverse, exclusive);
  const totals = b.reduceSum(parted, [axis + 1]);
  const ofTotals = { axis, reverse, exclusive: true };
  const before = splitCumSum(b, totals, ofTotals, target) ?? b.cumSum(totals, axis, reverse, true);
  const others = partedShape.flatMap((_, i) => (i === axis + 1 ? [] : [i]));
  const sums = b.reshape(b.add(within, b.expand(before, partedShape, others)), shape.with(axis, parts * length));
  return b.slice(
    sums,
    shape.map(() => 0),
    shape,
    shape.map(() => 1),
  );
}

/** Pads an axis with zeros at its end. */
function paddedTo(b: GraphBuilder, x: Value, axis: number, extent: number): Value {
  const shape = b.shape(x);
  const none = shape.map(() => 0);
  const high = none.with(axis, extent - shape[axis]);
  return extent === shape[axis] ? x : b.pad(x, b.constant(0, b.dtype(x)), none, high, none);
}
