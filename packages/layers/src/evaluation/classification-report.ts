import { ManabiError } from '@manabi/core';
import { integer, type KindsOf, listOf, nullable, optional, readArgument, readOptions, text } from '@manabi/errors';
import { averageScores, countsPerClass, scores, zeroDivisionKind } from './class-scores.ts';
import { checkDistinct } from './confusion-matrix.ts';
import {
  checkSamples,
  distinctLabels,
  type Labels,
  labelsKind,
  type SampleValues,
  total,
  valuesKind,
} from './host-values.ts';
import { alignRight, fixed, textWidth } from './text-width.ts';

/** Options of `classificationReport`. */
export interface ClassificationReportOptions {
  /** Labels to report, in this order; null for all labels that occur, in ascending order (default: null). */
  readonly labels?: Labels | null;
  /** Names of the labels in the report, in the order of the labels; null to print the labels (default: null). */
  readonly targetNames?: readonly string[] | null;
  /** Weight of each sample; null to count every sample once (default: null). */
  readonly sampleWeight?: SampleValues | null;
  /** Digits after the point in the text (default: 2). */
  readonly digits?: number;
  /** Score where the definition divides by zero: 0, 1 or NaN, which averages leave out (default: 0). */
  readonly zeroDivision?: number;
}

const kinds = {
  labels: optional(nullable(labelsKind), null),
  targetNames: optional(nullable(listOf(text)), null),
  sampleWeight: optional(nullable(valuesKind), null),
  digits: optional(integer({ min: 0, max: 20 }), 2),
  zeroDivision: zeroDivisionKind,
} satisfies KindsOf<ClassificationReportOptions>;

/** Scores of a class or an average. */
export interface ReportRow {
  readonly precision: number;
  readonly recall: number;
  readonly fscore: number;
  /** Number or weight of the true samples. */
  readonly support: number;
}

/**
 * The scores of a classification report, made by `classificationReport`. Its text equals that of scikit-learn.
 *
 * @example
 * ```ts
 * import { classificationReport } from 'manabi';
 *
 * const report = classificationReport([0, 1, 1], [0, 0, 1]);
 * console.log(report.macroAverage.recall); // 0.75
 * ```
 */
export class ClassificationReport {
  /** Scores of each class, by name. */
  readonly classes: Readonly<Record<string, ReportRow>>;
  /** Share of correct predictions; null if `labels` leaves out classes that occur. */
  readonly accuracy: number | null;
  /** Scores of all samples together; equal to the accuracy unless `labels` leaves out classes. */
  readonly microAverage: ReportRow;
  /** Means over the classes. */
  readonly macroAverage: ReportRow;
  /** Means over the classes, weighted by the number of true samples. */
  readonly weightedAverage: ReportRow;
  readonly #digits: number;
  readonly #rows: readonly (readonly [string, ReportRow])[];

  /** For internal use. Create reports with `classificationReport`. */
  constructor(
    rows: readonly (readonly [string, ReportRow])[],
    accuracy: number | null,
    averages: Readonly<Record<'micro' | 'macro' | 'weighted', ReportRow>>,
    digits: number,
  ) {
    this.#rows = rows;
    this.#digits = digits;
    this.classes = Object.fromEntries(rows);
    this.accuracy = accuracy;
    this.microAverage = averages.micro;
    this.macroAverage = averages.macro;
    this.weightedAverage = averages.weighted;
  }

  /** Returns the report as a table. */
  toString(): string {
    const width = Math.max('weighted avg'.length, this.#digits, ...this.#rows.map(([name]) => textWidth(name)));
    const number = (value: number): string => (Number.isNaN(value) ? 'nan' : fixed(value, this.#digits));
    const line = (name: string, cells: readonly string[]): string =>
      `${alignRight(name, width)} ${cells.map((cell) => ` ${cell.padStart(9)}`).join('')}\n`;
    const row = (name: string, { precision, recall, fscore, support }: ReportRow): string =>
      line(name, [number(precision), number(recall), number(fscore), String(support)]);
    const { accuracy, microAverage } = this;
    return [
      `${line('', ['precision', 'recall', 'f1-score', 'support'])}\n`,
      ...this.#rows.map(([name, scoresOfClass]) => row(name, scoresOfClass)),
      '\n',
      accuracy === null
        ? row('micro avg', microAverage)
        : line('accuracy', ['', '', number(accuracy), String(microAverage.support)]),
      row('macro avg', this.macroAverage),
      row('weighted avg', this.weightedAverage),
    ].join('');
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/**
 * Returns precision, recall and F-score of each class and their averages, as scikit-learn's `classification_report`. The
 * result is an object with the scores; its text is a table.
 *
 * @throws ManabiError `argument` for labels that are neither integers nor strings, for no samples, and for a wrong number
 * of `targetNames` or equal ones; `shape` for arrays of different lengths
 * @example
 * ```ts
 * import { classificationReport } from 'manabi';
 *
 * const report = classificationReport(['cat', 'dog', 'dog'], ['cat', 'cat', 'dog']);
 * console.log(report.classes.dog.recall); // 0.5
 * console.log(String(report));
 * ```
 */
export function classificationReport(
  yTrue: Labels,
  yPred: Labels,
  options: ClassificationReportOptions = {},
): ClassificationReport {
  const op = 'classificationReport';
  const truth = readArgument(op, 'yTrue', yTrue, labelsKind);
  const predicted = readArgument(op, 'yPred', yPred, labelsKind);
  const { targetNames, sampleWeight, digits, zeroDivision, ...given } = readOptions(op, options, kinds);
  checkSamples(op, { yTrue: truth, yPred: predicted, sampleWeight });
  const present = distinctLabels(op, truth, predicted);
  if (given.labels !== null) checkDistinct(op, given.labels);
  const labels = given.labels ?? present;
  const names = targetNames ?? labels.map(String);
  if (names.length !== labels.length) throw wrongNames(op, names, labels);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw new ManabiError('argument', `\`targetNames\` contains '${repeated}' twice. Give each class its own name.`, {
      op,
      data: { name: 'targetNames', repeated },
    });
  }
  const counts = countsPerClass(truth, predicted, sampleWeight, labels);
  const { precision, recall, fscore } = scores(counts, 1, zeroDivision);
  const rows = names.map((name, i) => {
    const row = { precision: precision[i], recall: recall[i], fscore: fscore[i], support: counts.truth[i] };
    return [name, row] as const;
  });
  const average = (kind: 'micro' | 'macro' | 'weighted'): ReportRow => ({
    ...averageScores(counts, kind, 1, zeroDivision),
    support: total(counts.truth),
  });
  const averages = { micro: average('micro'), macro: average('macro'), weighted: average('weighted') };
  const isComplete = present.every((label) => labels.includes(label));
  return new ClassificationReport(rows, isComplete ? averages.micro.fscore : null, averages, digits);
}

function wrongNames(op: string, names: readonly string[], labels: readonly unknown[]): ManabiError {
  return new ManabiError(
    'argument',
    `\`targetNames\` must have a name for each of the ${labels.length} classes (${labels.join(', ')}); got ${names.length}. ` +
      'Pass `labels` to report classes that do not occur.',
    { op, data: { name: 'targetNames', names: names.length, classes: labels.length } },
  );
}
