import { add, index, type Tensor, zeros } from '@manabi/core';
import {
  count,
  type KindsOf,
  nullable,
  type OptionValues,
  optional,
  positiveInteger,
  readOptions,
} from '@manabi/errors';
import { divideOrZero } from '../losses/reduction.ts';
import {
  areEvenThresholds,
  type ConfusionCounts,
  type ConfusionOptions,
  countConfusions,
  NEVER_POSITIVE,
} from './confusion-counts.ts';
import { type Direction, describe, type Metric, type MetricOptions, type MetricState, metricKinds } from './metric.ts';
import { thresholdsKind } from './thresholds.ts';

/** Options of metrics that count predictions above thresholds. */
export interface ThresholdOptions extends MetricOptions {
  /** Value that predictions must exceed to be positive; an array returns one result per threshold (default: 0.5). */
  readonly thresholds?: number | readonly number[] | null;
}

/* @__NO_SIDE_EFFECTS__ */
function countKinds(defaultName: string) {
  return metricKinds(defaultName, { thresholds: thresholdsKind }) satisfies KindsOf<ThresholdOptions>;
}

/**
 * Creates a metric of the weighted number of true positives: label 1 and prediction above the threshold.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.truePositives();
 * const state = metric.update(metric.init(), tensor([1, 1, 0]), tensor([0.9, 0.2, 0.8]));
 * console.log(await metric.result(state).item()); // 1
 * ```
 */
export function truePositives(options: ThresholdOptions = {}): Metric {
  return countOf('TruePositives', 'truePositives', readOptions('truePositives', options, countKinds('truePositives')));
}

/**
 * Creates a metric of the weighted number of true negatives: label 0 and prediction not above the threshold.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.trueNegatives();
 * const state = metric.update(metric.init(), tensor([1, 0, 0]), tensor([0.9, 0.2, 0.8]));
 * console.log(await metric.result(state).item()); // 1
 * ```
 */
export function trueNegatives(options: ThresholdOptions = {}): Metric {
  return countOf('TrueNegatives', 'trueNegatives', readOptions('trueNegatives', options, countKinds('trueNegatives')));
}

/**
 * Creates a metric of the weighted number of false positives: label 0 but prediction above the threshold.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.falsePositives();
 * const state = metric.update(metric.init(), tensor([1, 0, 0]), tensor([0.9, 0.2, 0.8]));
 * console.log(await metric.result(state).item()); // 1
 * ```
 */
export function falsePositives(options: ThresholdOptions = {}): Metric {
  return countOf(
    'FalsePositives',
    'falsePositives',
    readOptions('falsePositives', options, countKinds('falsePositives')),
  );
}

/**
 * Creates a metric of the weighted number of false negatives: label 1 but prediction not above the threshold.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.falseNegatives();
 * const state = metric.update(metric.init(), tensor([1, 1, 0]), tensor([0.9, 0.2, 0.8]));
 * console.log(await metric.result(state).item()); // 1
 * ```
 */
export function falseNegatives(options: ThresholdOptions = {}): Metric {
  return countOf(
    'FalseNegatives',
    'falseNegatives',
    readOptions('falseNegatives', options, countKinds('falseNegatives')),
  );
}

/** Options of `precision` and `recall`. */
export interface PrecisionOptions extends ThresholdOptions {
  /**
   * Number of highest scores of a sample that can count as positive predictions; without `thresholds`, all of these
   * count.
   */
  readonly topK?: number | null;
  /** Index of the only class that is counted (default: null, all classes). */
  readonly classId?: number | null;
}

/* @__NO_SIDE_EFFECTS__ */
function shareKinds(defaultName: string) {
  return metricKinds(defaultName, {
    thresholds: thresholdsKind,
    topK: optional(nullable(positiveInteger), null),
    classId: optional(nullable(count), null),
  }) satisfies KindsOf<PrecisionOptions>;
}

/**
 * Creates a metric of precision: the fraction of positive predictions that are correct, from counts over all batches.
 *
 * `precision = TP / (TP + FP)`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.precision();
 * const state = metric.update(metric.init(), tensor([1, 1, 0]), tensor([0.9, 0.2, 0.8]));
 * console.log(await metric.result(state).item()); // 0.5
 * ```
 */
export function precision(options: PrecisionOptions = {}): Metric {
  return shareOf('Precision', 'falsePositives', readOptions('precision', options, shareKinds('precision')));
}

/**
 * Creates a metric of recall: the fraction of positive labels that are predicted, from counts over all batches.
 *
 * `recall = TP / (TP + FN)`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.recall();
 * const state = metric.update(metric.init(), tensor([1, 1, 0]), tensor([0.9, 0.2, 0.8]));
 * console.log(await metric.result(state).item()); // 0.5
 * ```
 */
export function recall(options: PrecisionOptions = {}): Metric {
  return shareOf('Recall', 'falseNegatives', readOptions('recall', options, shareKinds('recall')));
}

type Count = 'truePositives' | 'falsePositives' | 'trueNegatives' | 'falseNegatives';

function countOf(className: string, which: Count, config: OptionValues<ReturnType<typeof countKinds>>): Metric {
  const thresholds = [config.thresholds ?? 0.5].flat();
  return counting(className, null, config, [which], thresholdsOf(thresholds), (state) => state[which]);
}

function shareOf(
  className: string,
  missed: 'falsePositives' | 'falseNegatives',
  config: OptionValues<ReturnType<typeof shareKinds>>,
): Metric {
  const { thresholds, topK, classId } = config;
  const list = [thresholds ?? (topK === null ? 0.5 : NEVER_POSITIVE)].flat();
  const options = { ...thresholdsOf(list), topK, classId };
  return counting(className, 'up', config, ['truePositives', missed], options, (state) =>
    divideOrZero(state.truePositives, add(state.truePositives, state[missed])),
  );
}

const thresholdsOf = (thresholds: readonly number[]): ConfusionOptions => ({
  thresholds,
  areEven: areEvenThresholds(thresholds),
});

/**
 * Creates a metric that computes its result from the confusion counts of each threshold. The result is a scalar if
 * there is a single threshold.
 */
function counting(
  className: string,
  direction: Direction,
  config: Required<MetricOptions>,
  counts: readonly Count[],
  options: ConfusionOptions,
  result: (state: MetricState) => Tensor,
): Metric {
  const each = (f: (count: Count) => Tensor): MetricState =>
    Object.fromEntries(counts.map((count) => [count, f(count)]));
  return {
    ...describe(className, direction, config),
    init: () => each(() => zeros([options.thresholds.length])),
    update: (state, yTrue, yPred, sampleWeight = null) => {
      const further: ConfusionCounts = countConfusions(className, yTrue, yPred, sampleWeight, options);
      return each((count) => add(state[count], further[count]));
    },
    result: (state) => (options.thresholds.length === 1 ? index(result(state), 0) : result(state)),
  };
}
