import { addIndex, constantIndex, dataIndex, divideIndex, type IndexExpr, indexRange } from '@manabi/ir';
import type { KernelWriter } from '../kernel/kernel-writer.ts';

/** Index of an element along an axis of a piece, computed backwards from a coordinate of the result. */
export interface FoundIndex {
  /** The index, clamped to the length of the axis. */
  readonly index: IndexExpr;
  /** Number of the bool scalar that is true if the piece covers the coordinate; null if it covers all coordinates. */
  readonly isInside: number | null;
}

/**
 * Emits code that solves `factor * i + offset = coordinate` for the index i along an axis.
 *
 * @param extent length of the axis, at least 1
 * @param data int32 scalars that are subtracted from the coordinate, like the offset
 */
export function findIndex(
  writer: KernelWriter,
  coordinate: IndexExpr,
  extent: number,
  { factor, offset, data }: { readonly factor: number; readonly offset: number; readonly data: readonly number[] },
): FoundIndex {
  const last = (extent - 1) * factor;
  const from = addIndex(coordinate, constantIndex(-offset));
  const [low, high] = indexRange(from);
  if (data.length === 0 && factor === 1 && low >= 0 && high <= last) return { index: from, isInside: null };
  const constant = (value: number): number => writer.constant(value, 'int32');
  const at = data.reduce((rest, scalar) => writer.scalar('sub', [rest, scalar], undefined), writer.index(from));
  const atLeast = writer.scalar('max', [at, constant(0)], undefined);
  const inside = writer.scalar('min', [atLeast, constant(last)], undefined);
  const isBetween = writer.scalar('equal', [at, inside], undefined);
  const { quotient, remainder } = divideIndex(dataIndex(inside, last + 1), factor);
  if (factor === 1) return { index: quotient, isInside: isBetween };
  const isWhole = writer.scalar('equal', [writer.index(remainder), constant(0)], undefined);
  return { index: quotient, isInside: writer.scalar('and', [isBetween, isWhole], undefined) };
}

/** Emits the logical "and" of bool scalars, where null stands for true. Returns null if all are null. */
export function allOf(writer: KernelWriter, bools: readonly (number | null)[]): number | null {
  return bools.reduce((all, bool) => {
    if (all === null || bool === null) return all ?? bool;
    return writer.scalar('and', [all, bool], undefined);
  }, null);
}

/**
 * Splits an index expression into a multiple of one axis, a constant offset and data. Returns null for an expression of
 * any other form.
 */
export function solvable(
  coordinate: IndexExpr,
  axis: number,
): { readonly factor: number; readonly offset: number; readonly data: readonly number[] } | null {
  const data: number[] = [];
  let factor = 0;
  for (const term of coordinate.terms) {
    if (term.atom.kind === 'axis' && term.atom.axis === axis && term.factor > 0) factor = term.factor;
    else if (term.atom.kind === 'data' && term.factor === 1) data.push(term.atom.scalar);
    else return null;
  }
  // An axis of length 1 has index 0, and does not occur in the expression.
  return { factor: Math.max(1, factor), offset: coordinate.constant, data };
}
