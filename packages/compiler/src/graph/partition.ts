import { type GraphBuilder, sizeOf, type Value } from '@manabi/ir';
import type { PlanTarget } from '../target.ts';

/**
 * How a reduction is split into parts that run in parallel: one part per index of the axes `whole` and per piece of
 * `split`.
 */
export interface Partition {
  /** Axes of which every index is a part of its own, as positions in the list of reduced axes. */
  readonly whole: readonly number[];
  /** The axis that is split; null if no axis is split. */
  readonly split: AxisSplit | null;
}

/** An axis split into equal parts. The remainder is computed separately. */
export interface AxisSplit {
  /** Position of the axis in the list of reduced axes. */
  readonly position: number;
  readonly parts: number;
  readonly length: number;
  readonly rest: number;
}

/**
 * Returns how to split a reduction with too few results to keep a machine busy; null if there are enough results or too
 * few terms. Depends only on shapes and constants of the target.
 *
 * @param extents extents of the reduced axes, in the order in which they may be split
 * @param results number of results, each computed from all indices of the reduced axes
 */
export function partitionOf(
  extents: readonly number[],
  results: number,
  { parallelTasks, leastTerms }: PlanTarget,
): Partition | null {
  if (results === 0 || results >= parallelTasks) return null;
  const tasks = Math.min(Math.ceil(parallelTasks / results), Math.floor(sizeOf(extents) / leastTerms));
  if (tasks < 2) return null;
  const whole: number[] = [];
  let parts = 1;
  for (const [position, extent] of extents.entries()) {
    if (parts * extent <= tasks) {
      if (extent > 1) whole.push(position);
      parts *= extent;
      continue;
    }
    const pieces = Math.ceil(tasks / parts);
    if (pieces < 2) break;
    return { whole, split: splitOf(position, extent, pieces) };
  }
  return whole.length === 0 ? null : { whole, split: null };
}

/**
 * Splits an axis into equal parts without a remainder if at most twice as many parts suffice, otherwise into `pieces`
 * parts and a remainder.
 */
function splitOf(position: number, extent: number, pieces: number): AxisSplit {
  for (let parts = pieces; parts <= Math.min(2 * pieces, extent / 2); parts++) {
    if (extent % parts === 0) return { position, parts, length: extent / parts, rest: 0 };
  }
  const length = Math.floor(extent / pieces);
  return { position, parts: pieces, length, rest: extent - pieces * length };
}

/** Reshapes an axis of a value to two axes, [parts, elements per part]. The remainder is omitted. */
export function splitAxis(b: GraphBuilder, x: Value, axis: number, { parts, length, rest }: AxisSplit): Value {
  const shape = b.shape(x);
  const main = rest === 0 ? x : sliceAxis(b, x, axis, 0, parts * length);
  return b.reshape(main, [...shape.slice(0, axis), parts, length, ...shape.slice(axis + 1)]);
}

/** Returns the elements of a value that `splitAxis` omits: the remainder of the split axis. */
export function restOfAxis(b: GraphBuilder, x: Value, axis: number, { parts, length, rest }: AxisSplit): Value {
  return sliceAxis(b, x, axis, parts * length, parts * length + rest);
}

function sliceAxis(b: GraphBuilder, x: Value, axis: number, start: number, limit: number): Value {
  const shape = b.shape(x);
  return b.slice(
    x,
    shape.map((_, i) => (i === axis ? start : 0)),
    shape.map((extent, i) => (i === axis ? limit : extent)),
    shape.map(() => 1),
  );
}
