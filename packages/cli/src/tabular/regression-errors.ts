import type { HostArray } from 'manabi';
import type { Terminal } from '../terminal.ts';

/** How much predicted numbers differ from the right ones. */
export interface Errors {
  /** Mean absolute error. */
  readonly testMae: number;
  /** Square root of the mean squared error. */
  readonly testRmse: number;
  /** Coefficient of determination: 1 for perfect predictions, 0 for those of the mean; null if all numbers are equal. */
  readonly testR2: number | null;
}

/** Computes the errors of predictions, `[rows, 1]`. */
export function errorsOf(predicted: HostArray, right: HostArray): Errors {
  const expected = Array.from(right.data, Number);
  const errors = expected.map((value, i) => Number(predicted.data[i]) - value);
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);
  const mean = meanOf(expected);
  const squared = meanOf(errors.map((error) => error ** 2));
  const variance = meanOf(expected.map((value) => (value - mean) ** 2));
  return {
    testMae: meanOf(errors.map(Math.abs)),
    testRmse: Math.sqrt(squared),
    testR2: variance === 0 ? null : 1 - squared / variance,
  };
}

/** Prints the errors in one line. */
export function reportErrors({ say, colours }: Terminal, { testMae, testRmse, testR2 }: Errors, samples: number): void {
  say(
    `\n${colours.bold('mean absolute error')} ${testMae.toPrecision(4)} on ${samples.toLocaleString('en-US')} rows, ` +
      `root mean squared error ${testRmse.toPrecision(4)}, R² ${testR2 === null ? 'undefined' : testR2.toFixed(4)}`,
  );
}
