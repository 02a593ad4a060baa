import type { GradientCode, StoreVector } from './attention-code.ts';

/** The gradients of the keys and values of an attention. */
export interface KeyGradient {
  readonly code: GradientCode;
  /**
   * Returns statements that declare, for a query, the largest score (`shift`), the reciprocal of the sum of the weights (`factor`)
   * and the mean of the cotangents of the probabilities (`mean`).
   */
  readonly statistics: (row: string) => readonly string[];
  readonly storeKey: StoreVector;
  readonly storeValue: StoreVector;
}
