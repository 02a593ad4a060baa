import type { AttentionOperand } from '@manabi/compiler';
import type { ShaderBuffers } from '../shader-buffers.ts';

/** Code that loads the elements of one operand of an attention. */
export interface OperandCode {
  /** Expression for the index of the first element of the matrix of a batch; see `batchCode`. */
  readonly start: string;
  /**
   * Returns an expression for a vector of the elements in columns 4 · `vector` to 4 · `vector` + 3 of a row, which is zero
   * beyond the last column.
   */
  readonly vector: (start: string, row: string, vector: string) => string;
}

/**
 * Describes how an operand is loaded; binds its buffer as vectors if possible.
 *
 * @param columns number of columns of the matrix
 */
export function operandCode(
  buffers: ShaderBuffers,
  slot: number,
  operand: AttentionOperand,
  columns: number,
): OperandCode {
  const { offset, batchStrides, rowStride, columnStride } = operand;
  const isVector =
    columnStride === 1 &&
    [columns, offset, rowStride, ...batchStrides].every((length) => length % 4 === 0) &&
    buffers.fitsVectors(slot) &&
    !buffers.isWritten(slot);
  if (isVector) buffers.bindAsVectors(slot);
  const element = (start: string, row: string, column: string): string =>
    loadElement(buffers, slot, operand, { start, row, column });
  const inside = (start: string, row: string, column: string, c: number): string => {
    // In an incomplete vector, the last column is read, and replaced by zero.
    const isWhole = columns % 4 === 0;
    const loaded = element(start, row, isWhole ? `${column} + ${c}u` : `min(${column} + ${c}u, ${columns - 1}u)`);
    return isWhole ? loaded : `select(0f, ${loaded}, ${column} + ${c}u < ${columns}u)`;
  };
  return {
    start: startOf(operand),
    vector: (start, row, vector) =>
      isVector
        ? buffers.loadVector(slot, `((${start} + (${row}) * ${rowStride}u) >> 2u) + ${vector}`)
        : `vec4<f32>(${[0, 1, 2, 3].map((c) => inside(start, row, `4u * (${vector})`, c)).join(', ')})`,
  };
}

/** Returns an expression for the index of the first element of the matrix of a batch, in the variables of `batchCode`. */
export const startOf = ({ offset, batchStrides }: AttentionOperand): string =>
  [`${offset}u`, ...batchStrides.flatMap((stride, i) => (stride === 0 ? [] : [`u32(batch${i}) * ${stride}u`]))].join(
    ' + ',
  );

/** Returns an expression (a value of the operand's dtype) for an element of the matrix that starts at `start`. */
export const loadElement = (
  buffers: ShaderBuffers,
  slot: number,
  { rowStride, columnStride }: AttentionOperand,
  { start, row, column }: { readonly start: string; readonly row: string; readonly column: string },
): string => buffers.load(slot, `i32(${start} + (${row}) * ${rowStride}u + (${column}) * ${columnStride}u)`);
