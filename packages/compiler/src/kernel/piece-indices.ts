import {
  addIndex,
  axisIndex,
  constantIndex,
  dataIndex,
  divideIndex,
  type ElementContext,
  type IndexExpr,
  indexRange,
  type Piece,
  type Shape,
} from '@manabi/ir';
import type { KernelWriter } from './kernel-writer.ts';

/**
 * Returns the axes along which the elements of a piece always have different targets, regardless of data, because the
 * axis alone determines one coordinate of the target.
 *
 * @returns for each such axis, the coordinate of the result that it determines
 */
export function axesKeptApart(piece: Piece, shape: Shape): ReadonlyMap<number, number> {
  const apart = new Map<number, number>();
  probedIndex(piece, shape).forEach(({ terms }, coordinate) => {
    const [term, ...others] = terms;
    if (others.length === 0 && term?.atom.kind === 'axis') apart.set(term.atom.axis, coordinate);
  });
  return apart;
}

/** Returns the target index of any element of a piece, as an expression of the piece's axes and unknown data. */
export function probedIndex(piece: Piece, shape: Shape): readonly IndexExpr[] {
  return piece.target(
    probe,
    shape.map((extent, axis) => axisIndex(axis, extent)),
  );
}

const probe: ElementContext<number> = {
  operand: () => 0,
  constant: () => 0,
  instruction: () => 0,
  fromIndex: () => 0,
  toIndex: (_scalar, extent) => dataIndex(-1, extent),
};

/** An index along an axis of a piece, computed from the coordinate of the result that it determines. */
export interface FoundIndex {
  /** The index, clamped to the axis. */
  readonly index: IndexExpr;
  /** Number of the bool scalar that is true if the coordinate belongs to the piece; null if every coordinate does. */
  readonly isInside: number | null;
}

/**
 * Solves `factor * i + offset = coordinate` for an index i along an axis.
 *
 * @param extent length of the axis, at least 1
 * @param data int32 scalars that are also subtracted from the coordinate
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

/** Combines bools by "and", ignoring nulls; returns null if all are null. */
export function allOf(writer: KernelWriter, bools: readonly (number | null)[]): number | null {
  return bools.reduce((all, bool) => {
    if (all === null || bool === null) return all ?? bool;
    return writer.scalar('and', [all, bool], undefined);
  }, null);
}

/** Returns a coordinate as a multiple of one axis with an offset and data, or null if it has another form. */
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
  // An axis of one element has no term.
  return { factor: Math.max(1, factor), offset: coordinate.constant, data };
}
