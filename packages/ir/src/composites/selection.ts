import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { DType } from '../types/dtype.ts';
import type { Shape } from '../types/shape.ts';
import { expandOver, offset } from './broadcast.ts';
import type { Composite } from './composite.ts';

/** Composites that compare places with one another. */
export interface SelectionConfigs {
  /** Operand `indices` (integer); a new axis of length `depth` at `axis`, 1 at the index and 0 elsewhere. */
  oneHot: { readonly depth: number; readonly axis: number; readonly dtype: DType };
  /**
   * Operand `x` with at least two axes: what lies above (or below) the `diagonal` of its last two axes is kept, the
   * diagonal too; the rest is zero. Diagonal 1 is the one above the main one.
   */
  trilu: { readonly upper: boolean; readonly diagonal: number };
  /** No operands: a matrix with ones on a diagonal. */
  eye: { readonly rows: number; readonly columns: number; readonly diagonal: number; readonly dtype: DType };
}

/** Composites that compare places with one another. */
export const selection: { readonly [K in keyof SelectionConfigs]: Composite<SelectionConfigs[K]> } = {
  oneHot: {
    body: (b, [indices], { depth, axis, dtype }) => {
      const given = b.shape(indices);
      const shape = [...given.slice(0, axis), depth, ...given.slice(axis)];
      const places = b.iota('int32', shape, axis);
      return [b.cast(b.equal(expandOver(b, b.cast(indices, 'int32'), shape, [axis]), places), dtype)];
    },
  },
  trilu: {
    body: (b, [x], { upper, diagonal }) => {
      const { row, column } = matrixPlaces(b, b.shape(x));
      const from = offset(b, row, diagonal);
      return [b.select(upper ? b.lessEqual(from, column) : b.lessEqual(column, from), x, b.full(x, 0))];
    },
  },
  eye: {
    body: (b, _operands, { rows, columns, diagonal, dtype }) => {
      const { row, column } = matrixPlaces(b, [rows, columns]);
      return [b.cast(b.equal(offset(b, row, diagonal), column), dtype)];
    },
  },
};

function matrixPlaces(b: GraphBuilder, shape: Shape): { readonly row: Value; readonly column: Value } {
  const rank = shape.length;
  return { row: b.iota('int32', shape, rank - 2), column: b.iota('int32', shape, rank - 1) };
}
