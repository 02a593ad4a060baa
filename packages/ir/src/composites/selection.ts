import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { DType } from '../types/dtype.ts';
import type { Shape } from '../types/shape.ts';
import { expandOver, offset } from './broadcast.ts';
import type { Composite } from './composite.ts';

/** Composites that select elements by comparing indices. */
export interface SelectionConfigs {
  /**
   * Inserts an axis of length `depth` at position `axis`, with 1 at the given index and 0 elsewhere (ONNX OneHot).
   * Operand `indices` (integer).
   */
  oneHot: { readonly depth: number; readonly axis: number; readonly dtype: DType };
  /**
   * Keeps the upper (or lower) triangle of the last two axes, including `diagonal`, and sets the rest to zero (ONNX
   * Trilu). Diagonal 1 is the one above the main diagonal.
   */
  trilu: { readonly upper: boolean; readonly diagonal: number };
  /** Returns a matrix with ones on a diagonal (ONNX EyeLike, NumPy eye). No operands. */
  eye: { readonly rows: number; readonly columns: number; readonly diagonal: number; readonly dtype: DType };
}

/** Composites that select elements by comparing indices. */
export const selection: { readonly [K in keyof SelectionConfigs]: Composite<SelectionConfigs[K]> } = {
  oneHot: {
    body: (b, [indices], { depth, axis, dtype }) => {
      const given = b.shape(indices);
      const shape = [...given.slice(0, axis), depth, ...given.slice(axis)];
      const positions = b.iota('int32', shape, axis);
      return [b.cast(b.equal(expandOver(b, b.cast(indices, 'int32'), shape, [axis]), positions), dtype)];
    },
  },
  trilu: {
    body: (b, [x], { upper, diagonal }) => {
      const { row, column } = rowAndColumn(b, b.shape(x));
      const from = offset(b, row, diagonal);
      return [b.select(upper ? b.lessEqual(from, column) : b.lessEqual(column, from), x, b.full(x, 0))];
    },
  },
  eye: {
    body: (b, _operands, { rows, columns, diagonal, dtype }) => {
      const { row, column } = rowAndColumn(b, [rows, columns]);
      return [b.cast(b.equal(offset(b, row, diagonal), column), dtype)];
    },
  },
};

function rowAndColumn(b: GraphBuilder, shape: Shape): { readonly row: Value; readonly column: Value } {
  const rank = shape.length;
  return { row: b.iota('int32', shape, rank - 2), column: b.iota('int32', shape, rank - 1) };
}
