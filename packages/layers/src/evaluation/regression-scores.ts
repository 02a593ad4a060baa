import { ManabiError } from '@manabi/core';
import {
  anyOf,
  boolean,
  type KindsOf,
  listOf,
  notNegative,
  nullable,
  oneOf,
  optional,
  readArgument,
  readOptions,
} from '@manabi/errors';
import {
  checkSamples,
  rowsKind,
  type SampleRows,
  type SampleValues,
  total,
  valuesKind,
  weightedMean,
} from './host-values.ts';

/** Options of `meanSquaredError`, `rootMeanSquaredError` and `meanAbsoluteError`. */
export interface RegressionErrorOptions {
  /** Weight of each sample; null to count every sample once (default: null). */
  readonly sampleWeight?: SampleValues | null;
  /**
   * How the scores of several outputs become one: their mean, or a mean with the given weights. `rawValues` returns the
   * score of each output (default: `uniformAverage`).
   */
  readonly multioutput?: 'uniformAverage' | 'rawValues' | readonly number[];
}

/** Options of `r2Score`. */
export interface R2ScoreOptions {
  /** Weight of each sample; null to count every sample once (default: null). */
  readonly sampleWeight?: SampleValues | null;
  /**
   * How the scores of several outputs become one: as in `meanSquaredError`, or weighted by the variance of the outputs
   * (default: `uniformAverage`).
   */
  readonly multioutput?: 'uniformAverage' | 'rawValues' | 'varianceWeighted' | readonly number[];
  /**
   * Whether an output without variance scores 1 if it is predicted exactly and 0 otherwise, rather than NaN and
   * -Infinity (default: true).
   */
  readonly forceFinite?: boolean;
}

const sampleWeight = optional(nullable(valuesKind), null);
const weights = listOf(notNegative, { min: 1 });

const errorKinds = {
  sampleWeight,
  multioutput: optional(anyOf(oneOf('uniformAverage', 'rawValues'), weights), 'uniformAverage'),
} satisfies KindsOf<RegressionErrorOptions>;

const r2Kinds = {
  sampleWeight,
  multioutput: optional(anyOf(oneOf('uniformAverage', 'rawValues', 'varianceWeighted'), weights), 'uniformAverage'),
  forceFinite: optional(boolean, true),
} satisfies KindsOf<R2ScoreOptions>;

/** Option that asks for the score of each output. */
interface RawValues {
  readonly multioutput: 'rawValues';
}

/**
 * Returns the mean squared error of predictions, as scikit-learn's `mean_squared_error`.
 *
 * @throws ManabiError `argument` for values that are not finite numbers, and for no samples; `shape` for different shapes
 * @example
 * ```ts
 * import { meanSquaredError } from 'manabi';
 *
 * console.log(meanSquaredError([3, -0.5, 2, 7], [2.5, 0, 2, 8])); // 0.375
 * ```
 */
export function meanSquaredError(
  yTrue: SampleRows,
  yPred: SampleRows,
  options: RegressionErrorOptions & RawValues,
): readonly number[];
export function meanSquaredError(yTrue: SampleRows, yPred: SampleRows, options?: RegressionErrorOptions): number;
export function meanSquaredError(
  yTrue: SampleRows,
  yPred: SampleRows,
  options: RegressionErrorOptions = {},
): number | readonly number[] {
  return errorOf('meanSquaredError', yTrue, yPred, options, (difference) => difference ** 2);
}

/**
 * Returns the root of the mean squared error of predictions, as scikit-learn's `root_mean_squared_error`. The roots of
 * several outputs are averaged.
 *
 * @throws ManabiError as documented at `meanSquaredError`
 * @example
 * ```ts
 * import { rootMeanSquaredError } from 'manabi';
 *
 * console.log(rootMeanSquaredError([1, 2], [4, 5])); // 3
 * ```
 */
export function rootMeanSquaredError(
  yTrue: SampleRows,
  yPred: SampleRows,
  options: RegressionErrorOptions & RawValues,
): readonly number[];
export function rootMeanSquaredError(yTrue: SampleRows, yPred: SampleRows, options?: RegressionErrorOptions): number;
export function rootMeanSquaredError(
  yTrue: SampleRows,
  yPred: SampleRows,
  options: RegressionErrorOptions = {},
): number | readonly number[] {
  return errorOf('rootMeanSquaredError', yTrue, yPred, options, (difference) => difference ** 2, Math.sqrt);
}

/**
 * Returns the mean absolute error of predictions, as scikit-learn's `mean_absolute_error`.
 *
 * @throws ManabiError as documented at `meanSquaredError`
 * @example
 * ```ts
 * import { meanAbsoluteError } from 'manabi';
 *
 * console.log(meanAbsoluteError([3, -0.5, 2, 7], [2.5, 0, 2, 8])); // 0.5
 * ```
 */
export function meanAbsoluteError(
  yTrue: SampleRows,
  yPred: SampleRows,
  options: RegressionErrorOptions & RawValues,
): readonly number[];
export function meanAbsoluteError(yTrue: SampleRows, yPred: SampleRows, options?: RegressionErrorOptions): number;
export function meanAbsoluteError(
  yTrue: SampleRows,
  yPred: SampleRows,
  options: RegressionErrorOptions = {},
): number | readonly number[] {
  return errorOf('meanAbsoluteError', yTrue, yPred, options, Math.abs);
}

/**
 * Returns the coefficient of determination R² of predictions, as scikit-learn's `r2_score`: 1 for exact predictions, 0 for
 * the mean of the true values, negative for worse ones. NaN for a single sample.
 *
 * @throws ManabiError as documented at `meanSquaredError`
 * @example
 * ```ts
 * import { r2Score } from 'manabi';
 *
 * console.log(r2Score([1, 2, 3], [1, 2, 3])); // 1
 * console.log(r2Score([1, 2, 3], [2, 2, 2])); // 0
 * ```
 */
export function r2Score(yTrue: SampleRows, yPred: SampleRows, options: R2ScoreOptions & RawValues): readonly number[];
export function r2Score(yTrue: SampleRows, yPred: SampleRows, options?: R2ScoreOptions): number;
export function r2Score(
  yTrue: SampleRows,
  yPred: SampleRows,
  options: R2ScoreOptions = {},
): number | readonly number[] {
  const { sampleWeight, multioutput, forceFinite } = readOptions('r2Score', options, r2Kinds);
  const { truth, predicted } = readOutputs('r2Score', yTrue, yPred, sampleWeight);
  if (truth[0].length < 2) return multioutput === 'rawValues' ? truth.map(() => Number.NaN) : Number.NaN;
  const weigh = (values: readonly number[]): number =>
    total(values.map((value, i) => value * (sampleWeight?.[i] ?? 1)));
  const residuals = truth.map((values, output) => weigh(values.map((value, i) => (value - predicted[output][i]) ** 2)));
  const variances = truth.map((values) => {
    const mean = weightedMean(values, sampleWeight);
    return weigh(values.map((value) => (value - mean) ** 2));
  });
  const scores = residuals.map((residual, output) => {
    if (!forceFinite || variances[output] !== 0) return 1 - residual / variances[output];
    return residual === 0 ? 1 : 0;
  });
  if (multioutput !== 'varianceWeighted') return combine('r2Score', scores, multioutput);
  return weightedMean(scores, total(variances) === 0 ? null : variances);
}

function errorOf(
  op: string,
  yTrue: SampleRows,
  yPred: SampleRows,
  options: RegressionErrorOptions,
  error: (difference: number) => number,
  ofMean: (mean: number) => number = (mean) => mean,
): number | readonly number[] {
  const { sampleWeight, multioutput } = readOptions(op, options, errorKinds);
  const { truth, predicted } = readOutputs(op, yTrue, yPred, sampleWeight);
  const errors = truth.map((values, output) =>
    ofMean(
      weightedMean(
        values.map((value, i) => error(predicted[output][i] - value)),
        sampleWeight,
      ),
    ),
  );
  return combine(op, errors, multioutput);
}

/** True and predicted values of each output. */
interface Outputs {
  readonly truth: readonly (readonly number[])[];
  readonly predicted: readonly (readonly number[])[];
}

function readOutputs(
  op: string,
  yTrue: SampleRows,
  yPred: SampleRows,
  sampleWeight: readonly number[] | null,
): Outputs {
  const truth = readArgument(op, 'yTrue', yTrue, rowsKind);
  const predicted = readArgument(op, 'yPred', yPred, rowsKind);
  checkSamples(op, { yTrue: truth, yPred: predicted, sampleWeight });
  const [expected, given] = [truth[0].length, predicted[0].length];
  if (expected !== given) {
    throw new ManabiError(
      'shape',
      `\`yTrue\` has ${expected} outputs per sample, but \`yPred\` has ${given}. Pass arrays of the same shape.`,
      { op, data: { expected, given } },
    );
  }
  const column = (rows: readonly (readonly number[])[], output: number): readonly number[] =>
    rows.map((row) => row[output]);
  return {
    truth: truth[0].map((_, output) => column(truth, output)),
    predicted: truth[0].map((_, output) => column(predicted, output)),
  };
}

function combine(
  op: string,
  scores: readonly number[],
  multioutput: 'uniformAverage' | 'rawValues' | readonly number[],
): number | readonly number[] {
  if (multioutput === 'rawValues') return scores;
  if (multioutput === 'uniformAverage') return weightedMean(scores, null);
  if (multioutput.length === scores.length && total(multioutput) > 0) return weightedMean(scores, multioutput);
  throw new ManabiError(
    'argument',
    `\`multioutput\` must have a weight for each of the ${scores.length} outputs, not all 0; got [${multioutput.join(', ')}].`,
    { op, data: { name: 'multioutput', outputs: scores.length, given: multioutput.length } },
  );
}
