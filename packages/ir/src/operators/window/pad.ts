import type { GraphBuilder } from '../../graph/builder.ts';
import type { Padding, Value } from '../../graph/graph.ts';

/**
 * Pads the last axes of `x` with the number `fill`: around the elements (one entry of the padding per axis) and between
 * them. Negative padding removes elements after those between elements are inserted.
 */
export function padLastAxes(
  b: GraphBuilder,
  x: Value,
  padding: readonly Padding[],
  interior: readonly number[],
  fill: number,
): Value {
  const leading = new Array<number>(b.shape(x).length - padding.length).fill(0);
  const each = (amount: (pair: Padding) => number): number[] => [...leading, ...padding.map(amount)];
  const low = each((pair) => Math.max(0, pair[0]));
  const high = each((pair) => Math.max(0, pair[1]));
  const between = [...leading, ...interior];
  const grows = [...low, ...high, ...between].some((amount) => amount > 0);
  const grown = grows ? b.pad(x, b.constant(fill, b.dtype(x)), low, high, between) : x;

  const shape = b.shape(grown);
  const start = each((pair) => Math.max(0, -pair[0])).map((cut, axis) => Math.min(shape[axis], cut));
  const cutAtEnd = each((pair) => Math.max(0, -pair[1]));
  const limit = shape.map((length, axis) => Math.max(start[axis], length - cutAtEnd[axis]));
  if (start.every((cut) => cut === 0) && cutAtEnd.every((cut) => cut === 0)) return grown;
  return b.slice(
    grown,
    start,
    limit,
    shape.map(() => 1),
  );
}
