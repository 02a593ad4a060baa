/** A value or gradient that differs from that of NumPy, PyTorch or JAX on purpose, and why. */
export interface Difference {
  /** Names of functions, as in the goldens. */
  readonly names: readonly string[];
  /** Whether it is about these operands. */
  readonly at: (...operands: readonly number[]) => boolean;
  /** What is computed instead; any number if left out. */
  readonly value?: (...operands: readonly number[]) => number;
  readonly reason: string;
}
