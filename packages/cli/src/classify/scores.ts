import { type HostArray, ManabiError } from 'manabi';

/** How well the scores of a network agree with labels. */
export interface Agreement {
  /** Fraction of samples whose correct class has the highest score. */
  readonly accuracy: number;
  /** Mean cross-entropy: -log of the probability that the network assigns to the correct class. */
  readonly crossEntropy: number;
}

/** Smallest probability used in the cross-entropy, as in Keras; smaller ones are replaced by this value. */
const EPSILON = 1e-7;

/**
 * Computes the accuracy and the mean cross-entropy of scores for known labels.
 *
 * @param scores probabilities or logits, `[samples, classes]`, or `[samples, 1]` for two classes
 * @param labels class indices, `[samples]` or `[samples, 1]`, or one-hot rows
 * @throws ManabiError `shape` if scores and labels do not match
 */
export function agreement(scores: HostArray, labels: HostArray): Agreement {
  const classes = classCount(scores);
  const right = classNumbers(labels);
  if (scores.shape[0] !== right.length) {
    throw mismatch(`The model returned ${scores.shape[0]} scores for ${right.length} labels.`, scores, labels);
  }
  const invalid = right.find((label) => !Number.isInteger(label) || label < 0 || label >= Math.max(2, classes));
  if (invalid !== undefined) {
    throw mismatch(
      `Label ${invalid} is out of range for a model with ${Math.max(2, classes)} classes. ` +
        'Pass the data that the model was trained for with --data.',
      scores,
      labels,
    );
  }
  let hits = 0;
  let loss = 0;
  probabilityRows(scores).forEach((row, sample) => {
    if (largest(row) === right[sample]) hits++;
    loss -= Math.log(Math.min(1, Math.max(EPSILON, row[right[sample]])));
  });
  return { accuracy: hits / right.length, crossEntropy: loss / right.length };
}

/**
 * Returns one row of class probabilities for each sample. Values outside [0, 1], or rows that do not add up to 1, are
 * treated as logits.
 *
 * @throws ManabiError `shape` unless the scores have rank 2
 */
export function probabilityRows(scores: HostArray): readonly (readonly number[])[] {
  const classes = classCount(scores);
  const values = Array.from(scores.data, Number);
  const rows = Array.from({ length: scores.shape[0] }, (_, i) => values.slice(i * classes, (i + 1) * classes));
  const areProbabilities = rows.every(
    (row) =>
      row.every((value) => value >= 0 && value <= 1 + EPSILON) &&
      (classes === 1 || Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-3),
  );
  if (classes === 1) return rows.map(([value]) => twoClasses(areProbabilities ? value : sigmoid(value)));
  return areProbabilities ? rows : rows.map(softmax);
}

/** Returns the index of the largest value; if several values are equally large, the first index. */
export function largest(row: readonly number[]): number {
  return row.reduce((best, value, i) => (value > row[best] ? i : best), 0);
}

function classCount(scores: HostArray): number {
  if (scores.shape.length === 2 && scores.shape[1] > 0) return scores.shape[1];
  throw new ManabiError('shape', `Expected scores of shape [samples, classes]; got [${scores.shape.join(', ')}].`, {
    data: { shape: scores.shape },
  });
}

function classNumbers({ shape, data }: HostArray): readonly number[] {
  const values = Array.from(data, Number);
  const [samples, width = 1] = shape;
  if (width === 1) return values;
  return Array.from({ length: samples }, (_, i) => largest(values.slice(i * width, (i + 1) * width)));
}

function twoClasses(probability: number): readonly number[] {
  return [1 - probability, probability];
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function softmax(row: readonly number[]): readonly number[] {
  const most = Math.max(...row);
  const powers = row.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function mismatch(what: string, scores: HostArray, labels: HostArray): ManabiError {
  return new ManabiError('shape', what, { data: { scores: scores.shape, labels: labels.shape } });
}
