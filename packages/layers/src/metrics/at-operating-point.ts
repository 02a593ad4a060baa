import { add, greaterEqual, max, type Tensor, where } from '@manabi/core';
import { count, fraction, type KindsOf, nullable, optional, readOptions } from '@manabi/errors';
import { divideOrZero } from '../losses/reduction.ts';
import { countConfusions, mapCounts, noCounts } from './confusion-counts.ts';
import { describe, type Metric, type MetricOptions, type MetricState, metricKinds } from './metric.ts';
import { evenThresholds, numThresholdsKind } from './thresholds.ts';

/** What metrics at the best of many thresholds take. */
export interface OperatingPointOptions extends MetricOptions {
  /** Number of thresholds that are tried, evenly from 0 to 1; by default 200. */
  readonly numThresholds?: number;
  /** Only this class counts. */
  readonly classId?: number | null;
}

/* @__NO_SIDE_EFFECTS__ */
function operatingPointKinds() {
  return {
    numThresholds: optional(numThresholdsKind(1), 200),
    classId: optional(nullable(count), null),
  } satisfies KindsOf<Omit<OperatingPointOptions, keyof MetricOptions>>;
}

/** What `sensitivityAtSpecificity` takes. */
export interface SensitivityAtSpecificityOptions extends OperatingPointOptions {
  /** From 0 to 1. */
  readonly specificity: number;
}

/** The best sensitivity (recall) of the thresholds whose specificity is not below one. */
export function sensitivityAtSpecificity(options: SensitivityAtSpecificityOptions): Metric {
  const kinds = metricKinds('sensitivityAtSpecificity', {
    ...operatingPointKinds(),
    specificity: fraction,
  }) satisfies KindsOf<SensitivityAtSpecificityOptions>;
  const config = readOptions('sensitivityAtSpecificity', options, kinds);
  return bestOf('SensitivityAtSpecificity', config, config.specificity, recalls, specificities);
}

/** What `specificityAtSensitivity` takes. */
export interface SpecificityAtSensitivityOptions extends OperatingPointOptions {
  /** From 0 to 1. */
  readonly sensitivity: number;
}

/** The best specificity of the thresholds whose sensitivity (recall) is not below one. */
export function specificityAtSensitivity(options: SpecificityAtSensitivityOptions): Metric {
  const kinds = metricKinds('specificityAtSensitivity', {
    ...operatingPointKinds(),
    sensitivity: fraction,
  }) satisfies KindsOf<SpecificityAtSensitivityOptions>;
  const config = readOptions('specificityAtSensitivity', options, kinds);
  return bestOf('SpecificityAtSensitivity', config, config.sensitivity, specificities, recalls);
}

/** What `precisionAtRecall` takes. */
export interface PrecisionAtRecallOptions extends OperatingPointOptions {
  /** From 0 to 1. */
  readonly recall: number;
}

/** The best precision of the thresholds whose recall is not below one. */
export function precisionAtRecall(options: PrecisionAtRecallOptions): Metric {
  const kinds = metricKinds('precisionAtRecall', {
    ...operatingPointKinds(),
    recall: fraction,
  }) satisfies KindsOf<PrecisionAtRecallOptions>;
  const config = readOptions('precisionAtRecall', options, kinds);
  return bestOf('PrecisionAtRecall', config, config.recall, precisions, recalls);
}

/** What `recallAtPrecision` takes. */
export interface RecallAtPrecisionOptions extends OperatingPointOptions {
  /** From 0 to 1. */
  readonly precision: number;
}

/** The best recall of the thresholds whose precision is not below one. */
export function recallAtPrecision(options: RecallAtPrecisionOptions): Metric {
  const kinds = metricKinds('recallAtPrecision', {
    ...operatingPointKinds(),
    precision: fraction,
  }) satisfies KindsOf<RecallAtPrecisionOptions>;
  const config = readOptions('recallAtPrecision', options, kinds);
  return bestOf('RecallAtPrecision', config, config.precision, recalls, precisions);
}

/** A rate for each threshold. */
type Rate = (counts: MetricState) => Tensor;

const recalls: Rate = ({ truePositives, falseNegatives }) =>
  divideOrZero(truePositives, add(truePositives, falseNegatives));
const precisions: Rate = ({ truePositives, falsePositives }) =>
  divideOrZero(truePositives, add(truePositives, falsePositives));
const specificities: Rate = ({ trueNegatives, falsePositives }) =>
  divideOrZero(trueNegatives, add(trueNegatives, falsePositives));

/** The largest of the wanted rates, where the bounded rate is not below a bound. */
function bestOf(
  className: string,
  config: Required<OperatingPointOptions>,
  bound: number,
  wanted: Rate,
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
    result: (state) => max(where(greaterEqual(bounded(state), bound), wanted(state), 0)),
  };
}
