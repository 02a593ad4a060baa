import { type GraphBuilder, sizeOf, type Value } from '@manabi/ir';
import type { PlanTarget } from '../target.ts';

/** How joined axes are cut into parts that are computed at once: whole axes number parts, and one more may be split. */
export interface Partition {
  /** Positions, among the joined axes, of those whose every index is a part. */
  readonly whole: readonly number[];
  readonly split: AxisSplit | null;
}

/** An axis cut into equal pieces; what is left over is computed apart. */
export interface AxisSplit {
  /** Position among the joined axes. */
  readonly position: number;
  readonly parts: number;
  readonly length: number;
  readonly rest: number;
}

/**
 * Cuts what is joined into one element where there are too few elements to keep a machine busy; null where there are
 * enough, or too few terms. It depends on shapes and constants of the target alone.
 *
 * @param extents of the joined axes, in the order in which they may be cut
 * @param results number of elements that are computed, each from all indices of the joined axes
 */
export function partitionOf(
  extents: readonly number[],
  results: number,
  { parallelTasks, leastTerms }: PlanTarget,
): Partition | null {
  if (results === 0 || results >= parallelTasks) return null;
  const wanted = Math.min(Math.ceil(parallelTasks / results), Math.floor(sizeOf(extents) / leastTerms));
  if (wanted < 2) return null;
  const whole: number[] = [];
  let parts = 1;
  for (const [position, extent] of extents.entries()) {
    if (parts * extent <= wanted) {
      if (extent > 1) whole.push(position);
      parts *= extent;
      continue;
    }
    const pieces = Math.ceil(wanted / parts);
    if (pieces < 2) break;
    return { whole, split: splitOf(position, extent, pieces) };
  }
  return whole.length === 0 ? null : { whole, split: null };
}

/** Pieces of equal length if there are not many more of them then; else as many as asked for, and a rest. */
function splitOf(position: number, extent: number, pieces: number): AxisSplit {
  for (let parts = pieces; parts <= Math.min(2 * pieces, extent / 2); parts++) {
    if (extent % parts === 0) return { position, parts, length: extent / parts, rest: 0 };
  }
  const length = Math.floor(extent / pieces);
  return { position, parts: pieces, length, rest: extent - pieces * length };
}

/** A value with an axis cut into two, parts and what is in each, without the rest. */
export function splitAxis(b: GraphBuilder, x: Value, axis: number, { parts, length, rest }: AxisSplit): Value {
  const shape = b.shape(x);
  const main = rest === 0 ? x : sliceAxis(b, x, axis, 0, parts * length);
  return b.reshape(main, [...shape.slice(0, axis), parts, length, ...shape.slice(axis + 1)]);
}

/** What a split leaves over of an axis. */
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
