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

/** What counts of the confusion matrix take. */
export interface ThresholdOptions extends MetricOptions {
  /** What predictions must be above to be positive; several give one result each. By default 0.5. */
  readonly thresholds?: number | readonly number[] | null;
}

/* @__NO_SIDE_EFFECTS__ */
function countKinds(defaultName: string) {
  return metricKinds(defaultName, { thresholds: thresholdsKind }) satisfies KindsOf<ThresholdOptions>;
}

/** How many samples, by weight, are predicted to be positive and are. */
export function truePositives(options: ThresholdOptions = {}): Metric {
  return countOf('TruePositives', 'truePositives', readOptions('truePositives', options, countKinds('truePositives')));
}

/** How many samples, by weight, are predicted to be negative and are. */
export function trueNegatives(options: ThresholdOptions = {}): Metric {
  return countOf('TrueNegatives', 'trueNegatives', readOptions('trueNegatives', options, countKinds('trueNegatives')));
}

/** How many samples, by weight, are predicted to be positive but are not. */
export function falsePositives(options: ThresholdOptions = {}): Metric {
  return countOf(
    'FalsePositives',
    'falsePositives',
    readOptions('falsePositives', options, countKinds('falsePositives')),
  );
}

/** How many samples, by weight, are predicted to be negative but are not. */
export function falseNegatives(options: ThresholdOptions = {}): Metric {
  return countOf(
    'FalseNegatives',
    'falseNegatives',
    readOptions('falseNegatives', options, countKinds('falseNegatives')),
  );
}

/** What `precision` and `recall` take. */
export interface PrecisionOptions extends ThresholdOptions {
  /** Only the k largest scores of a row may be positive, whatever they are unless thresholds are given. */
  readonly topK?: number | null;
  /** Only this class counts. */
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

/** The share of what is right among what is predicted to be positive, over all batches. */
export function precision(options: PrecisionOptions = {}): Metric {
  return shareOf('Precision', 'falsePositives', readOptions('precision', options, shareKinds('precision')));
}

/** The share of what is found among what is positive, over all batches. */
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

/** A metric of counts for each threshold; a scalar if there is one threshold. */
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
