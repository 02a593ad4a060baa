import type { AttentionCode, GradientCode } from './attention-code.ts';
import type { OperandCode } from './attention-operand.ts';

/**
 * What a shader computes for each query while it visits the keys in order. It keeps the largest score so far and the sum of the
 * weights, the exponentials of the scores less the largest one.
 */
export interface SoftmaxRows {
  readonly name: string;
  readonly code: AttentionCode;
  /** Matrix with a row for each key, which is multiplied by the weights; null for none. */
  readonly averaged: AveragedMatrix | null;
  /**
   * Gradient by whose cotangents of the probabilities, less their mean, the weights of `averaged` are multiplied; null for none.
   */
  readonly cotangents: GradientCode | null;
  /**
   * Returns statements that store a vector of the results of a row. `sums` is the sum of the rows of `averaged` times their weights,
   * `weights` the sum of the weights.
   */
  readonly storeVector: (row: string, vector: string, sums: string, weights: string) => readonly string[];
  /** Returns statements that store other results of a row. */
  readonly storeRow: (row: string, largest: string, weights: string) => readonly string[];
}

/** A matrix with a row for each key. */
export interface AveragedMatrix {
  readonly operand: OperandCode;
  /** Name of the variable for the index of its first element. */
  readonly start: string;
  readonly columns: number;
}

/** Returns an expression for the largest score, or 0 if all scores are -infinity; adding it to them would give NaN. */
export const shiftOf = (largest: string, lowest: string, zero = '0f'): string =>
  `select(${largest}, ${zero}, ${largest} == ${lowest})`;
