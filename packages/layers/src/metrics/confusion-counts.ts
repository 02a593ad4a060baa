import {
  add,
  arange,
  astype,
  ceil,
  clip,
  cumsum,
  expandDims,
  greater,
  index,
  topK as largest,
  logicalAnd,
  logicalNot,
  ManabiError,
  maximum,
  mul,
  notEqual,
  oneHot,
  ones,
  reshape,
  scatterND,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  where,
  zeros,
} from '@manabi/core';
import { float32Pair } from './float32-pair.ts';
import type { MetricState } from './metric.ts';
import { weightsOf } from './weights.ts';

/** Options that determine which predictions count as positive. */
export interface ConfusionOptions {
  /** Thresholds. A prediction is positive for each threshold that it exceeds. */
  readonly thresholds: readonly number[];
  /** Whether the thresholds divide [0, 1] evenly, including both ends (within rounding), which makes counting cheaper. */
  readonly areEven: boolean;
  /** Number of highest scores of a sample that can count as positive predictions; null for no limit. */
  readonly topK?: number | null;
  /** Index of the only class that is counted; null for all classes. */
  readonly classId?: number | null;
  /** Whether classes are counted separately rather than together. */
  readonly multiLabel?: boolean;
  /** Weights of the classes, used if the classes are not counted separately. */
  readonly labelWeights?: readonly number[] | null;
}

/**
 * Weighted numbers of true and false positives and negatives for each threshold: [thresholds], or [thresholds,
 * classes].
 */
export interface ConfusionCounts extends MetricState {
  readonly truePositives: Tensor;
  readonly falsePositives: Tensor;
  readonly trueNegatives: Tensor;
  readonly falseNegatives: Tensor;
}

/** Score that replaces the scores outside the top k; it is below every threshold. */
export const NEVER_POSITIVE = -1e10;

/**
 * Returns the confusion counts of a batch.
 *
 * @throws ManabiError `shape` if labels, predictions and weights do not match
 */
export function countConfusions(
  op: string,
  yTrue: Tensor,
  yPred: Tensor,
  sampleWeight: Tensor | null,
  { thresholds, areEven, topK = null, classId = null, multiLabel = false, labelWeights = null }: ConfusionOptions,
): ConfusionCounts {
  const [labels, scores] = chosen(op, ...float32Pair(op, yTrue, yPred), topK, classId);
  const byLabel = labelWeights === null ? 1 : tensor([...labelWeights]);
  const weights = mul(mul(ones(labels.shape), weightsOf(labels, sampleWeight)), byLabel);
  const classes = multiLabel ? labels.shape[labels.rank - 1] : 1;
  const rows = (x: Tensor): Tensor => reshape(x, [-1, classes]);
  const batch = { isTrue: rows(notEqual(labels, 0)), scores: rows(scores), weights: rows(weights) };
  const counts = areEven ? countByBucket(batch, thresholds) : countByThreshold(batch, thresholds);
  if (multiLabel) return counts;
  return mapCounts(counts, (count) => reshape(count, [thresholds.length]));
}

/** Returns confusion counts that are zero for all thresholds. */
export function noCounts(shape: readonly number[]): ConfusionCounts {
  return {
    truePositives: zeros(shape),
    falsePositives: zeros(shape),
    trueNegatives: zeros(shape),
    falseNegatives: zeros(shape),
  };
}

/** Returns whether thresholds divide [0, 1] evenly, with the tolerance of NumPy's `allclose`. */
export function areEvenThresholds(thresholds: readonly number[]): boolean {
  const last = thresholds.length - 1;
  return last >= 2 && thresholds.every((each, i) => Math.abs(each - i / last) <= 1e-7 + (1e-5 * i) / last);
}

interface Batch {
  /** 1 for positive labels, 0 for negative ones: [samples, classes]. */
  readonly isTrue: Tensor;
  readonly scores: Tensor;
  readonly weights: Tensor;
}

/**
 * Returns labels and scores, only of class `classId` if it is set. With `topK`, scores outside the k highest ones are
 * replaced by a score below every threshold.
 */
function chosen(
  op: string,
  labels: Tensor,
  scores: Tensor,
  topK: number | null,
  classId: number | null,
): [Tensor, Tensor] {
  if (topK === null && classId === null) return [labels, scores];
  const classes = scores.shape.at(-1) ?? 0;
  if (scores.rank < 2 || (topK ?? 0) > classes || (classId ?? 0) >= classes) {
    throw new ManabiError(
      'shape',
      `\`yPred\` must have shape [batch, classes], with classes >= topK and classes > classId; got ` +
        `[${scores.shape.join(', ')}] with topK ${topK} and classId ${classId}.`,
      { op, data: { yPred: scores.shape, topK, classId } },
    );
  }
  const candidates = topK === null ? scores : where(isBest(scores, topK, classes), scores, NEVER_POSITIVE);
  return classId === null ? [labels, candidates] : [take(labels, [classId], -1), take(candidates, [classId], -1)];
}

function isBest(scores: Tensor, k: number, classes: number): Tensor {
  return greater(sum(oneHot(largest(scores, k).indices, classes), -2), 0);
}

/** Counts true and false positives and negatives for each threshold, by comparing every score with every threshold. */
function countByThreshold({ isTrue, scores, weights }: Batch, thresholds: readonly number[]): ConfusionCounts {
  const isPositive = greater(expandDims(scores, 0), reshape(tensor([...thresholds]), [-1, 1, 1]));
  const truth = expandDims(isTrue, 0);
  const count = (is: Tensor): Tensor => sum(where(is, expandDims(weights, 0), 0), 1);
  return {
    truePositives: count(logicalAnd(truth, isPositive)),
    falsePositives: count(logicalAnd(logicalNot(truth), isPositive)),
    trueNegatives: count(logicalAnd(logicalNot(truth), logicalNot(isPositive))),
    falseNegatives: count(logicalAnd(truth, logicalNot(isPositive))),
  };
}

/**
 * Counts samples by the highest threshold that they exceed, and then adds to each count those of all higher thresholds.
 */
function countByBucket({ isTrue, scores, weights }: Batch, thresholds: readonly number[]): ConfusionCounts {
  const steps = thresholds.length - 1;
  const bucket = sub(ceil(mul(clip(scores, 0, 1), steps)), 1);
  // Bucket 0 collects samples above no threshold; the bucket is empty if the first threshold is negative.
  const row = add(astype(thresholds[0] < 0 ? maximum(bucket, 0) : bucket, 'int32'), 1);
  const positives = where(isTrue, weights, 0);
  const negatives = where(isTrue, 0, weights);
  const truePositives = sumsFromAbove(row, positives, thresholds.length);
  const falsePositives = sumsFromAbove(row, negatives, thresholds.length);
  return {
    truePositives,
    falsePositives,
    trueNegatives: sub(sum(negatives, 0), falsePositives),
    falseNegatives: sub(sum(positives, 0), truePositives),
  };
}

/** Returns, for each threshold, the sum of the values of the samples above it: [thresholds, classes]. */
function sumsFromAbove(row: Tensor, values: Tensor, count: number): Tensor {
  const classes = values.shape[1];
  const flat = add(mul(row, classes), arange(0, classes, 1, { dtype: 'int32' }));
  const sums = scatterND(zeros([(count + 1) * classes]), reshape(flat, [-1, 1]), reshape(values, [-1]), {
    mode: 'add',
  });
  return cumsum(index(reshape(sums, [count + 1, classes]), [1, null]), 0, { reverse: true });
}

/** Applies a function to each of the four confusion counts. */
export function mapCounts(
  counts: ConfusionCounts,
  f: (count: Tensor, name: keyof ConfusionCounts) => Tensor,
): ConfusionCounts {
  return {
    truePositives: f(counts.truePositives, 'truePositives'),
    falsePositives: f(counts.falsePositives, 'falsePositives'),
    trueNegatives: f(counts.trueNegatives, 'trueNegatives'),
    falseNegatives: f(counts.falseNegatives, 'falseNegatives'),
  };
}
