import { axisIndex, dataIndex, type ElementContext, type IndexExpr, type Piece, type Shape } from '@manabi/ir';

/**
 * Finds the axes of a piece along which two elements are never written to the same index of the result, whatever the
 * data is. This is true for an axis that alone determines one coordinate of the index in the result.
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

/**
 * Returns where in the result an element of a piece is written: one index expression per coordinate, in which axes
 * stand for the element's index in the piece, and data is unknown.
 */
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
