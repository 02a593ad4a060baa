import { type GraphBuilder, sizeOf, type Value } from '@manabi/ir';
import type { PlanTarget } from '../target.ts';

/**
 * How a reduction is split into parts that run in parallel. There is one part for each combination of an index on each
 * axis in `whole` and a section of the axis `split`.
 */
export interface Partition {
  /** Axes for which each index belongs to another part, as positions in the list of reduced axes. */
  readonly whole: readonly number[];
  /** The axis that is split into sections; null if no axis is split. */
  readonly split: AxisSplit | null;
}

/**
 * An axis that is split into `parts` sections of `length` elements. The `rest` last elements are reduced separately.
 */
export interface AxisSplit {
  /** Position of the split axis in the list of reduced axes. */
  readonly position: number;
  readonly parts: number;
  readonly length: number;
  readonly rest: number;
}

/**
 * Returns how to split a reduction that has too few results for all cores of a machine, or more terms than may be
 * combined one after the other. Returns null for other reductions. Depends only on shapes and on constants of the
 * target, so that results never depend on the number of threads.
 *
 * @param extents lengths of the reduced axes; axes are split in this order
 * @param results number of results of the reduction
 * @param longest largest number of terms of a part (default: any number)
 */
export function partitionOf(
  extents: readonly number[],
  results: number,
  { parallelTasks, leastTerms }: PlanTarget,
  longest = Number.POSITIVE_INFINITY,
): Partition | null {
  if (results === 0) return null;
  const terms = sizeOf(extents);
  const forCores = Math.min(Math.ceil(parallelTasks / results), Math.floor(terms / leastTerms));
  const tasks = Math.max(forCores, Math.ceil(terms / longest));
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
 * Splits an axis into equal sections: the smallest number from `pieces` to `2 * pieces` that leaves no remainder,
 * otherwise `pieces` sections and a remainder.
 */
function splitOf(position: number, extent: number, pieces: number): AxisSplit {
  for (let parts = pieces; parts <= Math.min(2 * pieces, extent / 2); parts++) {
    if (extent % parts === 0) return { position, parts, length: extent / parts, rest: 0 };
  }
  const length = Math.floor(extent / pieces);
  return { position, parts: pieces, length, rest: extent - pieces * length };
}

/** Reshapes an axis of a value to two axes, [parts, length]. Omits the `rest` last elements of the axis. */
export function splitAxis(b: GraphBuilder, x: Value, axis: number, { parts, length, rest }: AxisSplit): Value {
  const shape = b.shape(x);
  const main = rest === 0 ? x : sliceAxis(b, x, axis, 0, parts * length);
  return b.reshape(main, [...shape.slice(0, axis), parts, length, ...shape.slice(axis + 1)]);
}

/** Returns the slice of a value that `splitAxis` omits: the `rest` last elements of the split axis. */
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
