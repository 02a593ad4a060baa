import { ManabiError } from '@manabi/core';
import { boolean, type KindsOf, nullable, optional, readArgument, readOptions } from '@manabi/errors';
import {
  checkSamples,
  distinctLabels,
  type Label,
  type Labels,
  labelKind,
  labelsKind,
  type SampleValues,
  valuesKind,
} from './host-values.ts';

/** Options of `rocCurve` and `precisionRecallCurve`. */
export interface ScoreCurveOptions {
  /**
   * Label of the positive class; all other labels are negative. null for 1, if the labels are 0 and 1, or -1 and 1
   * (default: null).
   */
  readonly posLabel?: Label | boolean | null;
  /** Weight of each sample; null to count every sample once (default: null). */
  readonly sampleWeight?: SampleValues | null;
  /**
   * Whether to leave out points that do not change the drawn curve (default: true in `rocCurve`, false in
   * `precisionRecallCurve`).
   */
  readonly dropIntermediate?: boolean;
}

const kindsWith = (dropIntermediate: boolean) =>
  ({
    posLabel: optional(nullable(labelKind), null),
    sampleWeight: optional(nullable(valuesKind), null),
    dropIntermediate: optional(boolean, dropIntermediate),
  }) satisfies KindsOf<ScoreCurveOptions>;

/** Points of a ROC curve, from (0, 0) to (1, 1). */
export interface RocCurve {
  /** False positive rate at each threshold. */
  readonly fpr: readonly number[];
  /** True positive rate at each threshold. */
  readonly tpr: readonly number[];
  /** Thresholds in descending order; scores of at least the threshold are predicted as positive. The first is infinite. */
  readonly thresholds: readonly number[];
}

/** Points of a precision-recall curve, by ascending threshold. */
export interface PrecisionRecallCurve {
  /** Precision at each threshold, and 1 at the end. */
  readonly precision: readonly number[];
  /** Recall at each threshold, and 0 at the end. */
  readonly recall: readonly number[];
  /** Thresholds in ascending order; one less than the points. */
  readonly thresholds: readonly number[];
}

/** Weights of the positive and negative samples with scores of at least each threshold, by descending threshold. */
interface Counts {
  readonly truePositives: readonly number[];
  readonly falsePositives: readonly number[];
  readonly thresholds: readonly number[];
}

/**
 * Computes the points of a ROC curve, as scikit-learn's `roc_curve`. Rates are NaN if a class does not occur.
 *
 * @param yTrue labels of the samples
 * @param yScore score of each sample for the positive class, such as its probability
 * @throws ManabiError `argument` for labels other than 0, 1 and -1 without `posLabel`, and for scores that are not
 * finite; `shape` for arrays of different lengths
 * @example
 * ```ts
 * import { rocCurve } from 'manabi';
 *
 * const { fpr, tpr } = rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
 * console.log(fpr); // [0, 0, 0.5, 0.5, 1]
 * console.log(tpr); // [0, 0.5, 0.5, 1, 1]
 * ```
 */
export function rocCurve(yTrue: Labels, yScore: SampleValues, options: ScoreCurveOptions = {}): RocCurve {
  const { dropIntermediate, ...counted } = readCurve('rocCurve', yTrue, yScore, options, true);
  return rocOf(counted.positive, counted.scores, counted.sampleWeight, dropIntermediate);
}

/**
 * Computes the points of a precision-recall curve, as scikit-learn's `precision_recall_curve`. Recall is 1 at all
 * thresholds if the positive class does not occur.
 *
 * @param yTrue labels of the samples
 * @param yScore score of each sample for the positive class, such as its probability
 * @throws ManabiError as documented at `rocCurve`
 * @example
 * ```ts
 * import { precisionRecallCurve } from 'manabi';
 *
 * const { recall, thresholds } = precisionRecallCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
 * console.log(recall); // [1, 1, 0.5, 0.5, 0]
 * console.log(thresholds); // [0.1, 0.35, 0.4, 0.8]
 * ```
 */
export function precisionRecallCurve(
  yTrue: Labels,
  yScore: SampleValues,
  options: ScoreCurveOptions = {},
): PrecisionRecallCurve {
  const { dropIntermediate, ...counted } = readCurve('precisionRecallCurve', yTrue, yScore, options, false);
  return precisionRecallOf(counted.positive, counted.scores, counted.sampleWeight, dropIntermediate);
}

/**
 * Returns the area under a curve by the trapezoidal rule, as scikit-learn's `auc`.
 *
 * @param x coordinates in ascending or descending order
 * @throws ManabiError `argument` for less than two points and for unsorted coordinates; `shape` for arrays of different
 * lengths
 * @example
 * ```ts
 * import { areaUnderCurve } from 'manabi';
 *
 * console.log(areaUnderCurve([0, 0.5, 1], [0, 1, 1])); // 0.75
 * ```
 */
export function areaUnderCurve(x: SampleValues, y: SampleValues): number {
  const op = 'areaUnderCurve';
  const xs = readArgument(op, 'x', x, valuesKind);
  const ys = readArgument(op, 'y', y, valuesKind);
  checkSamples(op, { x: xs, y: ys, sampleWeight: null });
  if (xs.length < 2) {
    throw new ManabiError('argument', '`x` must contain at least two points; got one.', { op, data: { name: 'x' } });
  }
  const steps = xs.slice(1).map((value, i) => value - xs[i]);
  const isDescending = steps.some((step) => step < 0);
  if (isDescending && steps.some((step) => step > 0)) {
    throw new ManabiError('argument', '`x` must be in ascending or descending order. Sort the points by `x`.', {
      op,
      data: { name: 'x' },
    });
  }
  return (isDescending ? -1 : 1) * trapezoids(xs, ys);
}

/** Returns the signed area under a curve. */
export function trapezoids(xs: readonly number[], ys: readonly number[]): number {
  let area = 0;
  for (let i = 1; i < xs.length; i++) area += ((ys[i] + ys[i - 1]) / 2) * (xs[i] - xs[i - 1]);
  return area;
}

/** Reads the arguments of a curve. */
function readCurve(op: string, yTrue: Labels, yScore: SampleValues, options: ScoreCurveOptions, drops: boolean) {
  const labels = readArgument(op, 'yTrue', yTrue, labelsKind);
  const scores = readArgument(op, 'yScore', yScore, valuesKind);
  const { posLabel, sampleWeight, dropIntermediate } = readOptions(op, options, kindsWith(drops));
  checkSamples(op, { yTrue: labels, yScore: scores, sampleWeight });
  const positiveLabel = posLabel ?? inferredPositive(op, distinctLabels(op, labels));
  return { positive: labels.map((label) => label === positiveLabel), scores, sampleWeight, dropIntermediate };
}

function inferredPositive(op: string, present: readonly Label[]): Label {
  const isKnown = [[0, 1], [-1, 1], [0], [-1], [1]].some(
    (known) => known.length === present.length && known.every((label, i) => label === present[i]),
  );
  if (isKnown) return 1;
  const shown = present.slice(0, 6).map((label) => JSON.stringify(label));
  throw new ManabiError(
    'argument',
    `\`posLabel\` is required: the labels are ${shown.join(', ')}${present.length > 6 ? ', …' : ''}, not 0 and 1, or -1 and 1. ` +
      'Pass the label of the positive class.',
    { op, data: { name: 'posLabel', labels: present } },
  );
}

/** Counts positive and negative samples above each distinct score. Samples of weight 0 are left out. */
function countAbove(
  positive: readonly boolean[],
  scores: readonly number[],
  sampleWeight: readonly number[] | null,
): Counts {
  const order = scores.flatMap((_, i) => (sampleWeight !== null && sampleWeight[i] === 0 ? [] : [i]));
  order.sort((a, b) => scores[b] - scores[a]);
  const counts = { truePositives: [] as number[], falsePositives: [] as number[], thresholds: [] as number[] };
  let [hits, misses] = [0, 0];
  order.forEach((sample, i) => {
    const weight = sampleWeight?.[sample] ?? 1;
    hits += positive[sample] ? weight : 0;
    misses += positive[sample] ? 0 : weight;
    if (i + 1 < order.length && scores[order[i + 1]] === scores[sample]) return;
    counts.truePositives.push(hits);
    counts.falsePositives.push(misses);
    counts.thresholds.push(scores[sample]);
  });
  return counts;
}

/** Returns the indices of the first and last point, and of those points between them that are needed. */
function keptPoints(length: number, isNeeded: (i: number) => boolean): readonly number[] {
  const indices = Array.from({ length }, (_, i) => i);
  return length <= 2 ? indices : indices.filter((i) => i === 0 || i === length - 1 || isNeeded(i));
}

/** Computes the points of a ROC curve from whether each sample is positive, and its score. */
export function rocOf(
  positive: readonly boolean[],
  scores: readonly number[],
  sampleWeight: readonly number[] | null,
  dropIntermediate: boolean,
): RocCurve {
  const { truePositives, falsePositives, thresholds } = countAbove(positive, scores, sampleWeight);
  const bends = (counts: readonly number[], i: number): boolean =>
    counts[i + 1] - counts[i] - (counts[i] - counts[i - 1]) !== 0;
  const kept = keptPoints(
    thresholds.length,
    (i) => !dropIntermediate || bends(falsePositives, i) || bends(truePositives, i),
  );
  const rate = (counts: readonly number[]): readonly number[] => {
    const last = counts[counts.length - 1];
    return [0, ...kept.map((i) => counts[i])].map((count) => (last <= 0 ? Number.NaN : count / last));
  };
  return {
    fpr: rate(falsePositives),
    tpr: rate(truePositives),
    thresholds: [Number.POSITIVE_INFINITY, ...kept.map((i) => thresholds[i])],
  };
}

/** Computes the points of a precision-recall curve from whether each sample is positive, and its score. */
export function precisionRecallOf(
  positive: readonly boolean[],
  scores: readonly number[],
  sampleWeight: readonly number[] | null,
  dropIntermediate: boolean,
): PrecisionRecallCurve {
  const { truePositives, falsePositives, thresholds } = countAbove(positive, scores, sampleWeight);
  const kept = keptPoints(
    thresholds.length,
    (i) => !dropIntermediate || truePositives[i] !== truePositives[i - 1] || truePositives[i + 1] !== truePositives[i],
  );
  const ascending = [...kept].reverse();
  const last = truePositives[truePositives.length - 1];
  const precisionAt = (i: number): number => {
    const predicted = truePositives[i] + falsePositives[i];
    return predicted === 0 ? 0 : truePositives[i] / predicted;
  };
  return {
    precision: [...ascending.map(precisionAt), 1],
    recall: [...ascending.map((i) => (last === 0 ? 1 : truePositives[i] / last)), 0],
    thresholds: ascending.map((i) => thresholds[i]),
  };
}
