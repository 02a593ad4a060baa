import type { DType } from '@manabi/ir';

/**
 * How an operand of a matrix product is stored: its first element, and its strides in elements, which are not negative.
 */
export interface DotOperand {
  /** Position of the first element in the slot. */
  readonly offset: number;
  /** Stride of the operand along each batch axis. */
  readonly batchStrides: readonly number[];
  /** Stride of the operand along each axis of `rows` (left operand) or of `columns` (right operand). */
  readonly freeStrides: readonly number[];
  /** Stride of the operand along each contracted axis, in the order of `contract`. */
  readonly contractStrides: readonly number[];
}

/**
 * Matrix products of `[batch..., m, k]` and `[batch..., k, n]`. The epilogue runs over the axes `[batch..., m, n]`.
 *
 * The rows, columns and contracted elements may each be indexed by several axes with different strides. A convolution,
 * for example, is a product of windows, which overlap in memory and are not copied, and filters.
 */
export interface DotAttributes {
  /** Dtype of both operands and the result. */
  readonly dtype: DType;
  /** Lengths of the batch axes. */
  readonly batch: readonly number[];
  /** Lengths of the axes that index the m rows of the left operand; their product is m. */
  readonly rows: readonly number[];
  /** Lengths of the axes that index the n columns of the right operand; their product is n. */
  readonly columns: readonly number[];
  /** Lengths of the contracted axes; their product is k. */
  readonly contract: readonly number[];
  /** How the left operand is stored. */
  readonly left: DotOperand;
  /** How the right operand is stored. */
  readonly right: DotOperand;
}
