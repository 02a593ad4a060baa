import type { DType } from '@manabi/ir';

/**
 * How an operand of a matrix product is stored: its first element, and its strides in elements, which are not negative.
 */
export interface DotOperand {
  /** Position of the first element in the slot. */
  readonly offset: number;
  /** Stride along each batch axis. */
  readonly batchStrides: readonly number[];
  /** Stride along each axis of `rows` (left operand) or of `columns` (right operand). */
  readonly freeStrides: readonly number[];
  /** Stride along each axis of `contract`. */
  readonly contractStrides: readonly number[];
}

/**
 * Matrix products of `[batch..., m, k]` and `[batch..., k, n]`. The epilogue runs over the axes `[batch..., m, n]`.
 *
 * The rows, columns and contracted elements may each be indexed by several axes with different strides. A convolution,
 * for example, is a product of windows, which overlap in memory and are not copied, and filters.
 */
export interface DotAttributes {
  /** Dtype of operands and result. */
  readonly dtype: DType;
  /** Extents of the batch axes. */
  readonly batch: readonly number[];
  /** Extents whose product is m; [] means 1. */
  readonly rows: readonly number[];
  /** Extents whose product is n; [] means 1. */
  readonly columns: readonly number[];
  /** Extents whose product is k; [] means 1. */
  readonly contract: readonly number[];
  /** Strides of the left operand. */
  readonly left: DotOperand;
  /** Strides of the right operand. */
  readonly right: DotOperand;
}
