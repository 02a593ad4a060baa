import type { Piece } from '../operators/lowering.ts';
import { axisIndex, type IndexAtom, type IndexExpr, indexRange } from '../scalar/index-expression.ts';
import type { Shape } from '../types/shape.ts';
import type { ExpressionTable } from './expression-table.ts';

/** A piece of an assembled result, and the shape of the operand that it writes. */
interface ShapedPiece {
  readonly piece: Piece;
  readonly shape: Shape;
}

/**
 * Compares a piece of a smaller batch with the same piece of a larger batch. Returns true if both write the same
 * elements to the part that both results have: elements that both pieces have must be written to the same index, and
 * further elements of the longer piece outside the shorter result.
 *
 * @param result shape of the result for the smaller batch
 * @param areZeros true if the further elements of the longer piece are 0
 */
export function writesSamePrefix(
  table: ExpressionTable,
  short: ShapedPiece,
  long: ShapedPiece,
  result: Shape,
  areZeros: boolean,
): boolean {
  const isAlike =
    short.piece.operand === long.piece.operand &&
    short.piece.combine === long.piece.combine &&
    short.piece.overlapping === long.piece.overlapping;
  if (!isAlike) return false;
  const common = short.shape.map((extent, axis) => axisIndex(axis, extent));
  const [first, second] = [short, long].map(({ piece }) => table.textOf(piece.target(table.recorder(), common)));
  if (first !== second) return false;
  if (areZeros && long.piece.combine === 'add') return true;
  const targets = long.piece.target(
    table.recorder(),
    long.shape.map((extent, axis) => axisIndex(axis, extent)),
  );
  return short.shape.every(
    (extent, axis) =>
      extent === long.shape[axis] || targets.some((target, to) => isBeyond(target, axis, extent, result[to])),
  );
}

/** Returns true if an index expression is at least `extent` whenever the value of an axis is at least `from`. */
export function isBeyond(index: IndexExpr, axis: number, from: number, extent: number): boolean {
  return lowest(index, axis, from) >= extent;
}

/** Returns a lower bound of an index expression for values of an axis of at least `from`. */
function lowest({ constant, terms }: IndexExpr, axis: number, from: number): number {
  return terms.reduce((low, { atom, factor }) => {
    if (!mentions(atom, axis)) return low + indexRange({ constant: 0, terms: [{ atom, factor }] })[0];
    if (factor < 0) return Number.NEGATIVE_INFINITY;
    if (atom.kind === 'axis') return low + factor * from;
    return atom.kind === 'quotient' ? low + factor * Math.floor(lowest(atom.of, axis, from) / atom.by) : low;
  }, constant);
}

function mentions(atom: IndexAtom, axis: number): boolean {
  if (atom.kind === 'data') return false;
  return atom.kind === 'axis' ? atom.axis === axis : atom.of.terms.some((term) => mentions(term.atom, axis));
}
