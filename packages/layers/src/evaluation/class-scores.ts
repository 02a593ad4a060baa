import { ManabiError } from '@manabi/core';
import {
  boolean,
  type Kind,
  type KindsOf,
  kind,
  notNegative,
  nullable,
  oneOf,
  optional,
  readArgument,
  readOptions,
} from '@manabi/errors';
import { checkDistinct } from './confusion-matrix.ts';
import {
  checkSamples,
  distinctLabels,
  type Label,
  type Labels,
  labelKind,
  labelsKind,
  type SampleValues,
  total,
  valuesKind,
  weightedMean,
} from './host-values.ts';

/** Options of `accuracyScore`. */
export interface AccuracyScoreOptions {
  /** Whether to return the share of correct predictions rather than their number or weight (default: true). */
  readonly normalize?: boolean;
  /** Weight of each sample; null to count every sample once (default: null). */
  readonly sampleWeight?: SampleValues | null;
}

const accuracyKinds = {
  normalize: optional(boolean, true),
  sampleWeight: optional(nullable(valuesKind), null),
} satisfies KindsOf<AccuracyScoreOptions>;

/**
 * Returns the share of correct predictions, as scikit-learn's `accuracy_score`.
 *
 * @throws ManabiError `argument` for labels that are neither integers nor strings, and for no samples; `shape` for arrays
 * of different lengths
 * @example
 * ```ts
 * import { accuracyScore } from 'manabi';
 *
 * console.log(accuracyScore([0, 1, 1, 0], [0, 1, 0, 0])); // 0.75
 * ```
 */
export function accuracyScore(yTrue: Labels, yPred: Labels, options: AccuracyScoreOptions = {}): number {
  const op = 'accuracyScore';
  const truth = readArgument(op, 'yTrue', yTrue, labelsKind);
  const predicted = readArgument(op, 'yPred', yPred, labelsKind);
  const { normalize, sampleWeight } = readOptions(op, options, accuracyKinds);
  checkSamples(op, { yTrue: truth, yPred: predicted, sampleWeight });
  distinctLabels(op, truth, predicted);
  const correct = truth.map((label, i) => Number(label === predicted[i]));
  if (normalize) return weightedMean(correct, sampleWeight);
  return total(correct.map((one, i) => one * (sampleWeight?.[i] ?? 1)));
}

/** How scores of several classes become one: see `PrecisionRecallFscoreOptions`. */
export type ScoreAverage = 'binary' | 'micro' | 'macro' | 'weighted';

/** Options of `precisionRecallFscore`. */
export interface PrecisionRecallFscoreOptions {
  /** Weight of recall in the F-score: 1 weighs precision and recall alike, 2 favours recall (default: 1). */
  readonly beta?: number;
  /**
   * Labels to score, in this order, unless `average` is 'binary'; null for all labels that occur, in ascending order
   * (default: null).
   */
  readonly labels?: Labels | null;
  /** Label of the positive class for `average: 'binary'` (default: 1). */
  readonly posLabel?: Label | boolean;
  /**
   * `binary` scores the class `posLabel` of two classes; `micro` counts over all classes; `macro` is the mean over
   * classes; `weighted` the mean weighted by the number of true samples; null returns the scores of each class
   * (default: null).
   */
  readonly average?: ScoreAverage | null;
  /** Weight of each sample; null to count every sample once (default: null). */
  readonly sampleWeight?: SampleValues | null;
  /** Score where the definition divides by zero: 0, 1 or NaN, which averages leave out (default: 0). */
  readonly zeroDivision?: number;
}

/** Validates the option `zeroDivision`. */
export const zeroDivisionKind: Kind<number> = optional(
  kind('0, 1 or NaN', (given): given is number => given === 0 || given === 1 || Number.isNaN(given)),
  0,
);

const kinds = {
  beta: optional(notNegative, 1),
  labels: optional(nullable(labelsKind), null),
  posLabel: optional(labelKind, 1),
  average: optional(nullable(oneOf('binary', 'micro', 'macro', 'weighted')), null),
  sampleWeight: optional(nullable(valuesKind), null),
  zeroDivision: zeroDivisionKind,
} satisfies KindsOf<PrecisionRecallFscoreOptions>;

/** Precision, recall and F-score averaged over classes. */
export interface AverageScores {
  readonly precision: number;
  readonly recall: number;
  readonly fscore: number;
}

/** Precision, recall, F-score and number of true samples of each class. */
export interface ScoresPerClass {
  /** Labels of the classes, in the order of the other arrays. */
  readonly labels: readonly Label[];
  readonly precision: readonly number[];
  readonly recall: readonly number[];
  readonly fscore: readonly number[];
  /** Number of true samples of each class, or their weight. */
  readonly support: readonly number[];
}

/**
 * Returns precision, recall and F-score of each class or their average, as scikit-learn's
 * `precision_recall_fscore_support`.
 *
 * @throws ManabiError `argument` for labels that are neither integers nor strings, for no samples, for options that have
 * no effect, and for `average: 'binary'` with more than two classes or without the class `posLabel`; `shape` for arrays of different lengths
 * @example
 * ```ts
 * import { precisionRecallFscore } from 'manabi';
 *
 * const truth = [0, 1, 1, 1];
 * console.log(precisionRecallFscore(truth, [0, 1, 1, 0]).precision); // [0.5, 1]
 * console.log(precisionRecallFscore(truth, [0, 1, 1, 0], { average: 'macro' }).precision); // 0.75
 * ```
 */
export function precisionRecallFscore(
  yTrue: Labels,
  yPred: Labels,
  options: PrecisionRecallFscoreOptions & { readonly average: ScoreAverage },
): AverageScores;
export function precisionRecallFscore(
  yTrue: Labels,
  yPred: Labels,
  options?: PrecisionRecallFscoreOptions & { readonly average?: null },
): ScoresPerClass;
export function precisionRecallFscore(
  yTrue: Labels,
  yPred: Labels,
  options: PrecisionRecallFscoreOptions = {},
): AverageScores | ScoresPerClass {
  const op = 'precisionRecallFscore';
  const truth = readArgument(op, 'yTrue', yTrue, labelsKind);
  const predicted = readArgument(op, 'yPred', yPred, labelsKind);
  const { sampleWeight, average, beta, zeroDivision, ...given } = readOptions(op, options, kinds);
  checkSamples(op, { yTrue: truth, yPred: predicted, sampleWeight });
  if (average === 'binary' && given.labels !== null) throw unusedOption(op, 'labels', "Pass `posLabel` for 'binary'");
  if (average !== 'binary' && given.posLabel !== 1) throw unusedOption(op, 'posLabel', "Pass average: 'binary'");
  const present = distinctLabels(op, truth, predicted);
  if (given.labels !== null) checkDistinct(op, given.labels);
  const labels = average === 'binary' ? [positiveLabel(op, given.posLabel, present)] : (given.labels ?? present);
  const counts = countsPerClass(truth, predicted, sampleWeight, labels);
  if (average === null) return { labels, ...scores(counts, beta, zeroDivision), support: counts.truth };
  return averageScores(counts, average, beta, zeroDivision);
}

function unusedOption(op: string, name: string, fix: string): ManabiError {
  return new ManabiError('argument', `\`${name}\` has no effect on this \`average\`. ${fix}, or remove \`${name}\`.`, {
    op,
    data: { name },
  });
}

/**
 * Returns the label of the positive class of two classes.
 *
 * @throws ManabiError `argument` for more than two classes, and if none of two classes is the positive one
 */
function positiveLabel(op: string, label: Label, present: readonly Label[]): Label {
  if (present.length > 2) {
    throw new ManabiError(
      'argument',
      `\`average: 'binary'\` needs two classes; got ${present.length}. Choose 'micro', 'macro', 'weighted' or null.`,
      { op, data: { name: 'average', classes: present.length } },
    );
  }
  if (present.length < 2 || present.includes(label)) return label;
  throw new ManabiError(
    'argument',
    `\`posLabel\` must be one of the labels ${present.map((one) => JSON.stringify(one)).join(', ')}; got ${JSON.stringify(label)}.`,
    { op, data: { name: 'posLabel', given: label, labels: present } },
  );
}

/** Numbers or weights of samples per class: correctly predicted, predicted, and true ones. */
export interface ClassCounts {
  readonly correct: readonly number[];
  readonly predicted: readonly number[];
  readonly truth: readonly number[];
}

/** Counts samples per class. */
export function countsPerClass(
  truth: readonly Label[],
  predicted: readonly Label[],
  sampleWeight: readonly number[] | null,
  labels: readonly Label[],
): ClassCounts {
  const indices = new Map(labels.map((label, i) => [label, i]));
  const counts = { correct: labels.map(() => 0), predicted: labels.map(() => 0), truth: labels.map(() => 0) };
  truth.forEach((label, sample) => {
    const weight = sampleWeight?.[sample] ?? 1;
    const [trueClass, predictedClass] = [indices.get(label), indices.get(predicted[sample])];
    if (trueClass !== undefined) counts.truth[trueClass] += weight;
    if (predictedClass !== undefined) counts.predicted[predictedClass] += weight;
    if (trueClass !== undefined && trueClass === predictedClass) counts.correct[trueClass] += weight;
  });
  return counts;
}

/** Returns the scores of each class. */
export function scores(
  { correct, predicted, truth }: ClassCounts,
  beta: number,
  zeroDivision: number,
): Readonly<Record<'precision' | 'recall' | 'fscore', readonly number[]>> {
  const divide = (numerator: number, divisor: number): number => (divisor === 0 ? zeroDivision : numerator / divisor);
  const precision = correct.map((count, i) => divide(count, predicted[i]));
  const recall = correct.map((count, i) => divide(count, truth[i]));
  const square = beta ** 2;
  const fscore = correct.map((count, i) => divide((1 + square) * count, square * truth[i] + predicted[i]));
  return { precision, recall, fscore: beta === 0 ? precision : fscore };
}

/** Returns the averages of scores over classes. */
export function averageScores(
  counts: ClassCounts,
  average: ScoreAverage,
  beta: number,
  zeroDivision: number,
): AverageScores {
  const { correct, predicted, truth } = counts;
  const summed =
    average === 'micro' ? { correct: [total(correct)], predicted: [total(predicted)], truth: [total(truth)] } : counts;
  const { precision, recall, fscore } = scores(summed, beta, zeroDivision);
  const weights = average === 'weighted' ? truth : null;
  const mean = (values: readonly number[]): number => meanOfDefined(values, weights);
  return { precision: mean(precision), recall: mean(recall), fscore: mean(fscore) };
}

/** Returns the weighted mean of the values that are not NaN; unweighted if their weights sum to zero. */
function meanOfDefined(values: readonly number[], weights: readonly number[] | null): number {
  const defined = values.flatMap((value, i) => (Number.isNaN(value) ? [] : [i]));
  if (defined.length === 0) return Number.NaN;
  const kept = weights === null ? null : defined.map((i) => weights[i]);
  return weightedMean(
    defined.map((i) => values[i]),
    kept !== null && total(kept) === 0 ? null : kept,
  );
}
