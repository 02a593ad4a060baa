/** An intended difference of a value or gradient from NumPy, PyTorch or JAX, with the reason. */
export interface Difference {
  /** Names of functions, as in the goldens. */
  readonly names: readonly string[];
  /** Returns whether the difference applies to the given operands. */
  readonly at: (...operands: readonly number[]) => boolean;
  /** Returns the value that manabi computes instead. Default: any value is accepted. */
  readonly value?: (...operands: readonly number[]) => number;
  readonly reason: string;
}
