import type { DType } from '@manabi/ir';

/** Strides of a product's operand, in elements and non-negative. */
export interface DotOperand {
  /** Position of the first element. */
  readonly offset: number;
  /** Stride along each batch axis. */
  readonly batchStrides: readonly number[];
  /** Stride along each axis of `rows` for the left operand, of `columns` for the right operand. */
  readonly freeStrides: readonly number[];
  /** Stride along each axis of `contract`. */
  readonly contractStrides: readonly number[];
}

/**
 * Matrix products of `[batch..., m, k]` and `[batch..., k, n]`. The epilogue runs over the axes `[batch..., m, n]`.
 *
 * Rows, columns and contracted axes may each be several axes where an operand's strides require it: a convolution is
 * the product of overlapping windows, which are not copied, with filters.
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
