import type { Routine } from '../../graph/routine.ts';

/** Attributes of the routine `matMulInteger`. Both operands are contiguous matrices of uint8. */
export interface MatMulIntegerAttributes {
  /** Rows of the left operand and of the result. */
  readonly rows: number;
  /** Columns of the left operand, and rows of the right one. */
  readonly depth: number;
  /** Columns of the right operand and of the result. */
  readonly columns: number;
}

/** Routine for products of quantized matrices. */
export const matMulInteger: Routine<MatMulIntegerAttributes> & { readonly name: 'matMulInteger' } = {
  name: 'matMulInteger',
  covers: { operators: [], composites: ['matMulInteger'], pattern: null, accepts: null },
  operands: ['rows', 'rows'],
  standardForm: null,
  attributes: ({ operands: [left, right] }) => {
    const [rows, depth] = left.shape;
    return { rows, depth, columns: right.shape[1] };
  },
  epilogue: { axes: ({ rows, columns }) => [rows, columns], index: (axes) => axes },
  cost: ({ rows, depth, columns }) => ({
    name: `int8 ${rows} x ${columns}, k ${depth}`,
    operations: 2 * rows * depth * columns,
    reads: [rows * depth, depth * columns],
  }),
  print: ({ rows, depth, columns }, [left, right]) => `${rows}x${columns}, k ${depth}: ${left} times ${right}`,
};
