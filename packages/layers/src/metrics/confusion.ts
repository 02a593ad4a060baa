import { add, index, type Tensor, zeros } from '@manabi/core';
import { checkedBy } from '../check-options.ts';
import { divideOrZero } from '../losses/reduction.ts';
import {
  areEvenThresholds,
  type ConfusionCounts,
  type ConfusionOptions,
  countConfusions,
  NEVER_POSITIVE,
} from './confusion-counts.ts';
import { type Direction, describe, type Metric, type MetricOptions, type MetricState } from './metric.ts';
import { readThresholds } from './thresholds.ts';

/** What counts of the confusion matrix take. */
export interface ThresholdOptions extends MetricOptions {
  /** What predictions must be above to be positive; several give one result each. By default 0.5. */
  readonly thresholds?: number | readonly number[] | null;
}

/** How many samples, by weight, are predicted to be positive and are. */
export function truePositives(options: ThresholdOptions = {}): Metric {
  const { thresholds = null, name = 'truePositives' } = options;
  return checkedBy(options, countOf('TruePositives', name, 'truePositives', thresholds));
}

/** How many samples, by weight, are predicted to be negative and are. */
export function trueNegatives(options: ThresholdOptions = {}): Metric {
  const { thresholds = null, name = 'trueNegatives' } = options;
  return checkedBy(options, countOf('TrueNegatives', name, 'trueNegatives', thresholds));
}

/** How many samples, by weight, are predicted to be positive but are not. */
export function falsePositives(options: ThresholdOptions = {}): Metric {
  const { thresholds = null, name = 'falsePositives' } = options;
  return checkedBy(options, countOf('FalsePositives', name, 'falsePositives', thresholds));
}

/** How many samples, by weight, are predicted to be negative but are not. */
export function falseNegatives(options: ThresholdOptions = {}): Metric {
  const { thresholds = null, name = 'falseNegatives' } = options;
  return checkedBy(options, countOf('FalseNegatives', name, 'falseNegatives', thresholds));
}

/** What `precision` and `recall` take. */
export interface PrecisionOptions extends ThresholdOptions {
  /** Only the k largest scores of a row may be positive, whatever they are unless thresholds are given. */
  readonly topK?: number | null;
  /** Only this class counts. */
  readonly classId?: number | null;
}

/** The share of what is right among what is predicted to be positive, over all batches. */
export function precision(given: PrecisionOptions = {}): Metric {
  const { name = 'precision', ...options } = given;
  return checkedBy(given, shareOf('Precision', name, 'falsePositives', options));
}

/** The share of what is found among what is positive, over all batches. */
export function recall(given: PrecisionOptions = {}): Metric {
  const { name = 'recall', ...options } = given;
  return checkedBy(given, shareOf('Recall', name, 'falseNegatives', options));
}

type Count = 'truePositives' | 'falsePositives' | 'trueNegatives' | 'falseNegatives';

function countOf(className: string, name: string, count: Count, given: ThresholdOptions['thresholds']): Metric {
  const thresholds = readThresholds(className, given ?? null, 0.5);
  return counting(
    className,
    name,
    null,
    { thresholds: given ?? null },
    [count],
    thresholdsOf(thresholds),
    (state) => state[count],
  );
}

function shareOf(
  className: string,
  name: string,
  missed: 'falsePositives' | 'falseNegatives',
  { thresholds = null, topK = null, classId = null }: PrecisionOptions,
): Metric {
  const list = readThresholds(className, thresholds, topK === null ? 0.5 : NEVER_POSITIVE);
  const options = { ...thresholdsOf(list), topK, classId };
  const config = { thresholds, topK, classId };
  return counting(className, name, 'up', config, ['truePositives', missed], options, (state) =>
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
  name: string,
  direction: Direction,
  config: Readonly<Record<string, unknown>>,
  counts: readonly Count[],
  options: ConfusionOptions,
  result: (state: MetricState) => Tensor,
): Metric {
  const each = (f: (count: Count) => Tensor): MetricState =>
    Object.fromEntries(counts.map((count) => [count, f(count)]));
  return {
    ...describe(className, name, direction, config),
    init: () => each(() => zeros([options.thresholds.length])),
    update: (state, yTrue, yPred, sampleWeight = null) => {
      const further: ConfusionCounts = countConfusions(className, yTrue, yPred, sampleWeight, options);
      return each((count) => add(state[count], further[count]));
    },
    result: (state) => (options.thresholds.length === 1 ? index(result(state), 0) : result(state)),
  };
}
