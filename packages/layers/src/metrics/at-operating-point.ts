import { add, greaterEqual, max, type Tensor, where } from '@manabi/core';
import { count, fraction, type KindsOf, nullable, optional, readOptions } from '@manabi/errors';
import { divideOrZero } from '../losses/reduction.ts';
import { countConfusions, mapCounts, noCounts } from './confusion-counts.ts';
import { describe, type Metric, type MetricOptions, type MetricState, metricKinds } from './metric.ts';
import { evenThresholds, numThresholdsKind } from './thresholds.ts';

/** Options of metrics that select the best of many thresholds. */
export interface OperatingPointOptions extends MetricOptions {
  /** Number of thresholds that are compared, evenly spaced from 0 to 1 (default: 200). */
  readonly numThresholds?: number;
  /** Index of the only class that is counted (default: null, all classes). */
  readonly classId?: number | null;
}

/* @__NO_SIDE_EFFECTS__ */
function operatingPointKinds() {
  return {
    numThresholds: optional(numThresholdsKind(1), 200),
    classId: optional(nullable(count), null),
  } satisfies KindsOf<Omit<OperatingPointOptions, keyof MetricOptions>>;
}

/** Options of `sensitivityAtSpecificity`. */
export interface SensitivityAtSpecificityOptions extends OperatingPointOptions {
  /** Specificity that a threshold must reach to be considered, from 0 to 1. */
  readonly specificity: number;
}

/**
 * Creates a metric of the highest sensitivity (recall) at any threshold whose specificity reaches a minimum.
 *
 * `sensitivity = TP / (TP + FN)`, `specificity = TN / (TN + FP)`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.sensitivityAtSpecificity({ specificity: 0.5 });
 * const state = metric.update(metric.init(), tensor([0, 0, 1, 1]), tensor([0.1, 0.6, 0.4, 0.9]));
 * console.log(await metric.result(state).item()); // 1
 * ```
 */
export function sensitivityAtSpecificity(options: SensitivityAtSpecificityOptions): Metric {
  const kinds = metricKinds('sensitivityAtSpecificity', {
    ...operatingPointKinds(),
    specificity: fraction,
  }) satisfies KindsOf<SensitivityAtSpecificityOptions>;
  const config = readOptions('sensitivityAtSpecificity', options, kinds);
  return bestOf('SensitivityAtSpecificity', config, config.specificity, recalls, specificities);
}

/** Options of `specificityAtSensitivity`. */
export interface SpecificityAtSensitivityOptions extends OperatingPointOptions {
  /** Sensitivity that a threshold must reach to be considered, from 0 to 1. */
  readonly sensitivity: number;
}

/**
 * Creates a metric of the highest specificity at any threshold whose sensitivity (recall) reaches a minimum.
 *
 * `specificity = TN / (TN + FP)`, `sensitivity = TP / (TP + FN)`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.specificityAtSensitivity({ sensitivity: 0.5 });
 * const state = metric.update(metric.init(), tensor([0, 0, 1, 1]), tensor([0.1, 0.6, 0.4, 0.9]));
 * console.log(await metric.result(state).item()); // 1
 * ```
 */
export function specificityAtSensitivity(options: SpecificityAtSensitivityOptions): Metric {
  const kinds = metricKinds('specificityAtSensitivity', {
    ...operatingPointKinds(),
    sensitivity: fraction,
  }) satisfies KindsOf<SpecificityAtSensitivityOptions>;
  const config = readOptions('specificityAtSensitivity', options, kinds);
  return bestOf('SpecificityAtSensitivity', config, config.sensitivity, specificities, recalls);
}

/** Options of `precisionAtRecall`. */
export interface PrecisionAtRecallOptions extends OperatingPointOptions {
  /** Recall that a threshold must reach to be considered, from 0 to 1. */
  readonly recall: number;
}

/**
 * Creates a metric of the highest precision at any threshold whose recall reaches a minimum.
 *
 * `precision = TP / (TP + FP)`, `recall = TP / (TP + FN)`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.precisionAtRecall({ recall: 1 });
 * const state = metric.update(metric.init(), tensor([0, 0, 1, 1]), tensor([0.1, 0.6, 0.4, 0.9]));
 * console.log(await metric.result(state).item()); // 0.6667
 * ```
 */
export function precisionAtRecall(options: PrecisionAtRecallOptions): Metric {
  const kinds = metricKinds('precisionAtRecall', {
    ...operatingPointKinds(),
    recall: fraction,
  }) satisfies KindsOf<PrecisionAtRecallOptions>;
  const config = readOptions('precisionAtRecall', options, kinds);
  return bestOf('PrecisionAtRecall', config, config.recall, precisions, recalls);
}

/** Options of `recallAtPrecision`. */
export interface RecallAtPrecisionOptions extends OperatingPointOptions {
  /** Precision that a threshold must reach to be considered, from 0 to 1. */
  readonly precision: number;
}

/**
 * Creates a metric of the highest recall at any threshold whose precision reaches a minimum.
 *
 * `recall = TP / (TP + FN)`, `precision = TP / (TP + FP)`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.recallAtPrecision({ precision: 0.8 });
 * const state = metric.update(metric.init(), tensor([0, 0, 1, 1]), tensor([0.1, 0.6, 0.4, 0.9]));
 * console.log(await metric.result(state).item()); // 0.5
 * ```
 */
export function recallAtPrecision(options: RecallAtPrecisionOptions): Metric {
  const kinds = metricKinds('recallAtPrecision', {
    ...operatingPointKinds(),
    precision: fraction,
  }) satisfies KindsOf<RecallAtPrecisionOptions>;
  const config = readOptions('recallAtPrecision', options, kinds);
  return bestOf('RecallAtPrecision', config, config.precision, recalls, precisions);
}

/** Function that computes a rate, such as recall, for each threshold from the confusion counts. */
type Rate = (counts: MetricState) => Tensor;

const recalls: Rate = ({ truePositives, falseNegatives }) =>
  divideOrZero(truePositives, add(truePositives, falseNegatives));
const precisions: Rate = ({ truePositives, falsePositives }) =>
  divideOrZero(truePositives, add(truePositives, falsePositives));
const specificities: Rate = ({ trueNegatives, falsePositives }) =>
  divideOrZero(trueNegatives, add(trueNegatives, falsePositives));

/** Creates a metric of the highest `maximized` rate among thresholds whose `bounded` rate reaches a bound. */
function bestOf(
  className: string,
  config: Required<OperatingPointOptions>,
  bound: number,
  maximized: Rate,
  bounded: Rate,
): Metric {
  const { numThresholds, classId } = config;
  const thresholds = evenThresholds(numThresholds);
  const counting = { thresholds, areEven: thresholds.length > 1, classId };
  return {
    ...describe(className, 'up', config),
    init: () => noCounts([numThresholds]),
    update: (state, yTrue, yPred, sampleWeight = null) =>
      mapCounts(countConfusions(className, yTrue, yPred, sampleWeight, counting), (counted, which) =>
        add(state[which], counted),
      ),
    result: (state) => max(where(greaterEqual(bounded(state), bound), maximized(state), 0)),
  };
}
