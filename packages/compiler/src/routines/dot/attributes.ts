import type { DType } from '@manabi/ir';

/** How a product steps through an operand. Strides count elements and are not negative. */
export interface DotOperand {
  readonly offset: number;
  /** One per batch axis. */
  readonly batchStrides: readonly number[];
  /** One per axis of `rows` for the left operand, of `columns` for the right. */
  readonly freeStrides: readonly number[];
  /** One per axis of `contract`. */
  readonly contractStrides: readonly number[];
}

/**
 * Matrix products of `[batch..., m, k]` and `[batch..., k, n]`, whose epilogue runs over the axes `[batch..., m, n]`.
 * Rows, columns and what is contracted may be several axes each, where an operand steps through memory so: a convolution is
 * the product of overlapping windows with filters, read in place.
 */
export interface DotAttributes {
  readonly dtype: DType;
  readonly batch: readonly number[];
  /** Extents whose product is m; [] stands for 1. */
  readonly rows: readonly number[];
  /** Extents whose product is n; [] stands for 1. */
  readonly columns: readonly number[];
  /** Extents whose product is k; [] stands for 1. */
  readonly contract: readonly number[];
  readonly left: DotOperand;
  readonly right: DotOperand;
}
