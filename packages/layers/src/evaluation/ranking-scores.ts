import { ManabiError } from '@manabi/core';
import { isHostArray } from '@manabi/data/internal';
import { type KindsOf, nullable, number, oneOf, optional, readArgument, readOptions } from '@manabi/errors';
import {
  checkSamples,
  distinctLabels,
  type Label,
  type Labels,
  labelKind,
  labelsKind,
  rowsKind,
  type SampleRows,
  type SampleValues,
  total,
  valuesKind,
  weightedMean,
} from './host-values.ts';
import { precisionRecallOf, rocOf, trapezoids } from './score-curves.ts';

/** How the scores of several classes become one: `micro` ranks all scores together; see `PrecisionRecallFscoreOptions`. */
export type RankingAverage = 'micro' | 'macro' | 'weighted';

/** Options of `rocAucScore`. */
export interface RocAucScoreOptions {
  /** How the scores of several classes become one (default: `macro`). */
  readonly average?: RankingAverage;
  /** Weight of each sample; null to count every sample once (default: null). */
  readonly sampleWeight?: SampleValues | null;
  /** Computes the standardized area up to this false positive rate, for two classes; null for all (default: null). */
  readonly maxFpr?: number | null;
  /**
   * For more than two classes: `ovr` compares each class with the rest, `ovo` each pair of classes. null rejects more
   * than two classes (default: null).
   */
  readonly multiClass?: 'ovr' | 'ovo' | null;
  /** Labels of the columns of `yScore` in ascending order; null for the labels that occur (default: null). */
  readonly labels?: Labels | null;
}

const aucKinds = {
  average: optional(oneOf('micro', 'macro', 'weighted'), 'macro'),
  sampleWeight: optional(nullable(valuesKind), null),
  maxFpr: optional(nullable(number({ above: 0, max: 1 })), null),
  multiClass: optional(nullable(oneOf('ovr', 'ovo')), null),
  labels: optional(nullable(labelsKind), null),
} satisfies KindsOf<RocAucScoreOptions>;

/**
 * Returns the area under the ROC curve, as scikit-learn's `roc_auc_score`. NaN if a class does not occur.
 *
 * @param yTrue labels of the samples; the larger of two labels is the positive class. Rows of 0 and 1 for samples that
 * may belong to several classes
 * @param yScore score of each sample for the positive class; for several classes, rows of probabilities
 * @throws ManabiError `argument` for more than two classes without `multiClass`, rows that are not probabilities, and
 * combinations of options that are not defined; `shape` for arrays of different lengths
 * @example
 * ```ts
 * import { rocAucScore } from 'manabi';
 *
 * console.log(rocAucScore([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])); // 0.75
 * ```
 */
export function rocAucScore(yTrue: Labels | SampleRows, yScore: SampleRows, options: RocAucScoreOptions = {}): number {
  const op = 'rocAucScore';
  const { average, sampleWeight, maxFpr, multiClass, ...given } = readOptions(op, options, aucKinds);
  const rows = readArgument(op, 'yScore', yScore, rowsKind);
  const target = readTarget(op, yTrue, rows, sampleWeight);
  const area: RankingScore = (positive, scores, weights) => binaryArea(positive, scores, weights, maxFpr);
  if (target.indicator !== null) return averageOver(area, target.indicator, rows, average, sampleWeight);
  const present = distinctLabels(op, target.labels);
  if (present.length <= 2 && rows[0].length <= 2) {
    const [positive, scores] = [target.labels.map((label) => label === present[1]), onlyColumn(op, rows)];
    return area(positive, scores, sampleWeight);
  }
  if (maxFpr !== null && maxFpr !== 1) throw undefinedFor(op, 'maxFpr', 'two classes');
  if (multiClass === null) throw missingMultiClass(op, present.length);
  const classes = classesOf(op, given.labels, present, rows[0].length);
  checkProbabilities(op, rows);
  if (multiClass === 'ovr') return averageOver(area, indicatorOf(target.labels, classes), rows, average, sampleWeight);
  if (average === 'micro') throw undefinedFor(op, "average: 'micro'", "multiClass: 'ovr'");
  if (sampleWeight !== null) throw undefinedFor(op, 'sampleWeight', "multiClass: 'ovr'");
  return averageOverPairs(target.labels, rows, classes, average);
}

/** Options of `averagePrecisionScore`. */
export interface AveragePrecisionScoreOptions {
  /** How the scores of several classes become one (default: `macro`). */
  readonly average?: RankingAverage;
  /** Label of the positive class of two classes (default: 1). */
  readonly posLabel?: Label | boolean;
  /** Weight of each sample; null to count every sample once (default: null). */
  readonly sampleWeight?: SampleValues | null;
}

const precisionKinds = {
  average: optional(oneOf('micro', 'macro', 'weighted'), 'macro'),
  posLabel: optional(labelKind, 1),
  sampleWeight: optional(nullable(valuesKind), null),
} satisfies KindsOf<AveragePrecisionScoreOptions>;

/**
 * Returns the average precision, the area under the steps of the precision-recall curve, as scikit-learn's
 * `average_precision_score`.
 *
 * @param yTrue labels of the samples, or rows of 0 and 1 for samples that may belong to several classes
 * @param yScore score of each sample for the positive class; for several classes, a row with the score of each class, in
 * ascending order of the labels
 * @throws ManabiError `argument` if `posLabel` is none of two labels, or is passed for several classes; `shape` for
 * arrays of different lengths
 * @example
 * ```ts
 * import { averagePrecisionScore } from 'manabi';
 *
 * console.log(averagePrecisionScore([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).toFixed(4)); // '0.8333'
 * ```
 */
export function averagePrecisionScore(
  yTrue: Labels | SampleRows,
  yScore: SampleRows,
  options: AveragePrecisionScoreOptions = {},
): number {
  const op = 'averagePrecisionScore';
  const { average, posLabel, sampleWeight } = readOptions(op, options, precisionKinds);
  const rows = readArgument(op, 'yScore', yScore, rowsKind);
  const target = readTarget(op, yTrue, rows, sampleWeight);
  const present = target.indicator === null ? distinctLabels(op, target.labels) : [];
  if (target.indicator === null && present.length <= 2) {
    if (present.length === 2 && !present.includes(posLabel)) throw wrongPositive(op, posLabel, present);
    const positive = target.labels.map((label) => label === posLabel);
    return stepArea(positive, onlyColumn(op, rows), sampleWeight);
  }
  if (posLabel !== 1) throw undefinedFor(op, 'posLabel', 'two classes');
  const indicator = target.indicator ?? indicatorOf(target.labels, classesOf(op, null, present, rows[0].length));
  return averageOver(stepArea, indicator, rows, average, sampleWeight);
}

/** A score of the ranking of positive and negative samples. */
type RankingScore = (
  positive: readonly boolean[],
  scores: readonly number[],
  sampleWeight: readonly number[] | null,
) => number;

/** Labels of samples, or rows that state for each class whether the sample belongs to it. */
type Target =
  | { readonly labels: readonly Label[]; readonly indicator: null }
  | { readonly labels: null; readonly indicator: readonly (readonly boolean[])[] };

function readTarget(
  op: string,
  given: unknown,
  scores: readonly (readonly number[])[],
  sampleWeight: readonly number[] | null,
): Target {
  const hasRows = isHostArray(given)
    ? given.shape.length === 2 && given.shape[1] > 1
    : Array.isArray(given) && (Array.isArray(given[0]) || ArrayBuffer.isView(given[0]));
  if (!hasRows) {
    const labels = readArgument(op, 'yTrue', given, labelsKind);
    checkSamples(op, { yTrue: labels, yScore: scores, sampleWeight });
    return { labels, indicator: null };
  }
  const rows = readArgument(op, 'yTrue', given, rowsKind);
  checkSamples(op, { yTrue: rows, yScore: scores, sampleWeight });
  if (rows[0].length !== scores[0].length || rows.some((row) => row.some((value) => value !== 0 && value !== 1))) {
    throw new ManabiError(
      'argument',
      `Rows of \`yTrue\` must contain 0 or 1 for each of the ${scores[0].length} columns of \`yScore\`. For one class per ` +
        'sample, pass its label.',
      { op, data: { name: 'yTrue', columns: rows[0].length, expected: scores[0].length } },
    );
  }
  return { labels: null, indicator: rows.map((row) => row.map((value) => value === 1)) };
}

/** Returns the scores of the positive class. @throws ManabiError `shape` for several columns */
function onlyColumn(op: string, rows: readonly (readonly number[])[]): readonly number[] {
  if (rows[0].length === 1) return rows.map(([score]) => score);
  throw new ManabiError(
    'shape',
    `\`yScore\` must have one score per sample for two classes; got rows of ${rows[0].length}. Pass the column of the ` +
      'positive class: rows.map((row) => row[1]).',
    { op, data: { name: 'yScore', columns: rows[0].length } },
  );
}

function binaryArea(
  positive: readonly boolean[],
  scores: readonly number[],
  sampleWeight: readonly number[] | null,
  maxFpr: number | null,
): number {
  if (positive.every((one) => one === positive[0])) return Number.NaN;
  const { fpr, tpr } = rocOf(positive, scores, sampleWeight, true);
  if (maxFpr === null || maxFpr === 1) return trapezoids(fpr, tpr);
  const stop = fpr.findIndex((rate) => rate > maxFpr);
  if (stop === -1) return Number.NaN;
  const slope = (tpr[stop] - tpr[stop - 1]) / (fpr[stop] - fpr[stop - 1]);
  const end = tpr[stop - 1] + slope * (maxFpr - fpr[stop - 1]);
  const area = trapezoids([...fpr.slice(0, stop), maxFpr], [...tpr.slice(0, stop), end]);
  // McClish's correction: 0.5 for a random ranking and 1 for a perfect one.
  const least = 0.5 * maxFpr ** 2;
  return 0.5 * (1 + (area - least) / (maxFpr - least));
}

function stepArea(
  positive: readonly boolean[],
  scores: readonly number[],
  sampleWeight: readonly number[] | null,
): number {
  const { precision, recall } = precisionRecallOf(positive, scores, sampleWeight, false);
  return Math.max(0, total(recall.slice(1).map((value, i) => (recall[i] - value) * precision[i])));
}

/** Averages a score over classes, each of which is compared with all others. */
function averageOver(
  score: RankingScore,
  indicator: readonly (readonly boolean[])[],
  rows: readonly (readonly number[])[],
  average: RankingAverage,
  sampleWeight: readonly number[] | null,
): number {
  const columns = rows[0].map((_, column) => column);
  if (average === 'micro') {
    const weights = sampleWeight?.flatMap((weight) => columns.map(() => weight)) ?? null;
    return score(indicator.flat(), rows.flat(), weights);
  }
  const scores = columns.map((column) =>
    score(
      indicator.map((row) => row[column]),
      rows.map((row) => row[column]),
      sampleWeight,
    ),
  );
  if (average === 'macro') return weightedMean(scores, null);
  const weights = columns.map((column) =>
    total(indicator.map((row, i) => (row[column] ? (sampleWeight?.[i] ?? 1) : 0))),
  );
  if (Math.abs(total(weights)) < 1e-8) return 0;
  return weightedMean(
    scores.map((value, i) => (weights[i] === 0 ? 0 : value)),
    weights,
  );
}

/** Averages the area over all pairs of classes (Hand and Till, 2001). */
function averageOverPairs(
  labels: readonly Label[],
  rows: readonly (readonly number[])[],
  classes: readonly Label[],
  average: 'macro' | 'weighted',
): number {
  const present = classes.filter((label) => labels.includes(label));
  const pairs = present.flatMap((a, i) => present.slice(i + 1).map((b) => [a, b] as const));
  const areas: number[] = [];
  const prevalences: number[] = [];
  for (const [a, b] of pairs) {
    const samples = labels.flatMap((label, i) => (label === a || label === b ? [i] : []));
    const areaFor = (one: Label): number => {
      const column = classes.indexOf(one);
      const scores = samples.map((i) => rows[i][column]);
      return binaryArea(
        samples.map((i) => labels[i] === one),
        scores,
        null,
        null,
      );
    };
    areas.push((areaFor(a) + areaFor(b)) / 2);
    prevalences.push(samples.length / labels.length);
  }
  return weightedMean(areas, average === 'weighted' ? prevalences : null);
}

function indicatorOf(labels: readonly Label[], classes: readonly Label[]): readonly (readonly boolean[])[] {
  return labels.map((label) => classes.map((one) => one === label));
}

/**
 * Returns the classes of the columns of the scores.
 *
 * @throws ManabiError `argument` for labels that do not match the columns or the samples
 */
function classesOf(
  op: string,
  labels: readonly Label[] | null,
  present: readonly Label[],
  columns: number,
): readonly Label[] {
  const classes = labels ?? present;
  const isAscending = classes.every((label, i) => i === 0 || classes[i - 1] < label);
  if (classes.length === columns && isAscending && present.every((label) => classes.includes(label))) return classes;
  throw new ManabiError(
    'argument',
    `\`yScore\` has ${columns} columns; ${labels === null ? '`yTrue`' : '`labels`'} has ${classes.length} classes ` +
      `(${classes.join(', ')}). Pass \`labels\` with the class of each column, in ascending order, and with all classes of ` +
      '`yTrue`.',
    { op, data: { name: 'labels', columns, classes: classes.length } },
  );
}

/**
 * Checks that rows sum to one.
 *
 * @throws ManabiError `argument` for other rows
 */
function checkProbabilities(op: string, rows: readonly (readonly number[])[]): void {
  const row = rows.findIndex((values) => Math.abs(total(values) - 1) > 1.001e-5);
  if (row === -1) return;
  throw new ManabiError(
    'argument',
    `Rows of \`yScore\` must be probabilities that sum to 1 for several classes; row ${row} sums to ${total(rows[row])}. ` +
      'Apply softmax first.',
    { op, data: { name: 'yScore', row, sum: total(rows[row]) } },
  );
}

function missingMultiClass(op: string, classes: number): ManabiError {
  return new ManabiError(
    'argument',
    `\`multiClass\` is required for ${classes} classes: pass 'ovr' (each class against the rest) or 'ovo' (pairs).`,
    { op, data: { name: 'multiClass', classes } },
  );
}

function undefinedFor(op: string, option: string, only: string): ManabiError {
  return new ManabiError('argument', `\`${option}\` is only defined for ${only}. Remove it.`, {
    op,
    data: { name: option },
  });
}

function wrongPositive(op: string, given: Label, labels: readonly Label[]): ManabiError {
  return new ManabiError(
    'argument',
    `\`posLabel\` must be one of the labels ${labels.map((one) => JSON.stringify(one)).join(', ')}; got ${JSON.stringify(given)}.`,
    { op, data: { name: 'posLabel', given, labels } },
  );
}
