import { ManabiError } from '@manabi/core';
import { type KindsOf, nullable, oneOf, optional, readArgument, readOptions } from '@manabi/errors';
import {
  checkSamples,
  distinctLabels,
  type Label,
  type Labels,
  labelsKind,
  type SampleValues,
  total,
  valuesKind,
} from './host-values.ts';
import { alignRight, fixed, textWidth } from './text-width.ts';

/** Options of `confusionMatrix`. */
export interface ConfusionMatrixOptions {
  /**
   * Labels of the rows and columns, in this order; samples with other labels are left out. null for all labels that
   * occur, in ascending order (default: null).
   */
  readonly labels?: Labels | null;
  /** Weight of each sample; null to count every sample once (default: null). */
  readonly sampleWeight?: SampleValues | null;
  /**
   * Divides the counts by the sum of their row (`true`), of their column (`pred`), or of the matrix (`all`); null for
   * counts (default: null).
   */
  readonly normalize?: 'true' | 'pred' | 'all' | null;
}

const kinds = {
  labels: optional(nullable(labelsKind), null),
  sampleWeight: optional(nullable(valuesKind), null),
  normalize: optional(nullable(oneOf('true', 'pred', 'all')), null),
} satisfies KindsOf<ConfusionMatrixOptions>;

/**
 * Counts of samples by true and predicted label, made by `confusionMatrix`. Its text is an aligned table.
 *
 * @example
 * ```ts
 * import { confusionMatrix } from 'manabi';
 *
 * const matrix = confusionMatrix([0, 1, 1], [0, 0, 1]);
 * console.log(matrix.matrix); // [[1, 0], [1, 1]]
 * console.log(String(matrix));
 * ```
 */
export class ConfusionMatrix {
  /** Labels of the rows and columns. */
  readonly labels: readonly Label[];
  /** Rows of the matrix: `matrix[i][j]` counts samples of class `i` that were predicted as class `j`. */
  readonly matrix: readonly (readonly number[])[];

  /** For internal use. Create confusion matrices with `confusionMatrix`. */
  constructor(labels: readonly Label[], matrix: readonly (readonly number[])[]) {
    this.labels = labels;
    this.matrix = matrix;
  }

  /** Returns the matrix as a table, with true labels in rows and predicted labels in columns. */
  toString(): string {
    const isWhole = this.matrix.every((row) => row.every(Number.isInteger));
    const cells = this.matrix.map((row) => row.map((value) => (isWhole ? String(value) : fixed(value, 2))));
    const names = this.labels.map(String);
    const nameWidth = Math.max('true'.length, ...names.map(textWidth));
    const width = Math.max(...names.map(textWidth), ...cells.flat().map(textWidth));
    const line = (name: string, row: readonly string[]): string =>
      `${' '.repeat(nameWidth - textWidth(name))}${name} │ ${row.map((cell) => alignRight(cell, width)).join('  ')}`;
    return [
      `${' '.repeat(nameWidth)} │ predicted`,
      line('true', names),
      `${'─'.repeat(nameWidth + 1)}┼${'─'.repeat((width + 2) * names.length)}`,
      ...cells.map((row, i) => line(names[i], row)),
    ].join('\n');
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/**
 * Counts samples by true and predicted label, as scikit-learn's `confusion_matrix`.
 *
 * @throws ManabiError `argument` for labels that are neither integers nor strings, for no samples, and if none of the
 * given `labels` occurs in `yTrue`; `shape` for arrays of different lengths
 * @example
 * ```ts
 * import { confusionMatrix } from 'manabi';
 *
 * const { labels, matrix } = confusionMatrix(['cat', 'dog', 'dog'], ['cat', 'cat', 'dog']);
 * console.log(labels); // ['cat', 'dog']
 * console.log(matrix); // [[1, 0], [1, 1]]
 * ```
 */
export function confusionMatrix(yTrue: Labels, yPred: Labels, options: ConfusionMatrixOptions = {}): ConfusionMatrix {
  const op = 'confusionMatrix';
  const truth = readArgument(op, 'yTrue', yTrue, labelsKind);
  const predicted = readArgument(op, 'yPred', yPred, labelsKind);
  const { sampleWeight, normalize, ...given } = readOptions(op, options, kinds);
  checkSamples(op, { yTrue: truth, yPred: predicted, sampleWeight });
  const present = distinctLabels(op, truth, predicted);
  const labels = given.labels === null ? present : checkedLabels(op, given.labels, truth);
  const indices = new Map(labels.map((label, i) => [label, i]));
  const counts = labels.map(() => labels.map(() => 0));
  truth.forEach((label, sample) => {
    const [row, column] = [indices.get(label), indices.get(predicted[sample])];
    if (row !== undefined && column !== undefined) counts[row][column] += sampleWeight?.[sample] ?? 1;
  });
  return new ConfusionMatrix(labels, normalized(counts, normalize));
}

/**
 * Checks the option `labels`.
 *
 * @throws ManabiError `argument` for no labels, duplicates, and labels that do not occur
 */
function checkedLabels(op: string, labels: readonly Label[], truth: readonly Label[]): readonly Label[] {
  checkDistinct(op, labels);
  if (labels.some((label) => truth.includes(label))) return labels;
  throw new ManabiError('argument', 'At least one of `labels` must occur in `yTrue`; got none. Check the labels.', {
    op,
    data: { name: 'labels', labels },
  });
}

/**
 * Checks that there are labels, without duplicates.
 *
 * @throws ManabiError `argument` for no labels, and for duplicates
 */
export function checkDistinct(op: string, labels: readonly Label[]): void {
  const repeated = labels.find((label, i) => labels.indexOf(label) !== i);
  if (labels.length > 0 && repeated === undefined) return;
  const problem = repeated === undefined ? 'got none' : `got ${JSON.stringify(repeated)} twice`;
  throw new ManabiError('argument', `\`labels\` must contain each class once, and at least one; ${problem}.`, {
    op,
    data: { name: 'labels', labels },
  });
}

function normalized(
  counts: readonly (readonly number[])[],
  by: 'true' | 'pred' | 'all' | null,
): readonly (readonly number[])[] {
  if (by === null) return counts;
  const columns = counts.map((_, column) => total(counts.map((row) => row[column])));
  const all = total(columns);
  return counts.map((row) => {
    const rowTotal = total(row);
    return row.map((count, column) => {
      const divisor = by === 'true' ? rowTotal : by === 'pred' ? columns[column] : all;
      return divisor === 0 ? 0 : count / divisor;
    });
  });
}
