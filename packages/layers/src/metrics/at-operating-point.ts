import { add, greaterEqual, max, type Tensor, where } from '@manabi/core';
import { checkedBy } from '../check-options.ts';
import { numberBetween } from '../layers/options.ts';
import { divideOrZero } from '../losses/reduction.ts';
import { countConfusions, mapCounts, noCounts } from './confusion-counts.ts';
import { describe, type Metric, type MetricOptions, type MetricState } from './metric.ts';
import { evenThresholds } from './thresholds.ts';

/** What metrics at the best of many thresholds take. */
export interface OperatingPointOptions extends MetricOptions {
  /** Number of thresholds that are tried, evenly from 0 to 1; by default 200. */
  readonly numThresholds?: number;
  /** Only this class counts. */
  readonly classId?: number | null;
}

/** What `sensitivityAtSpecificity` takes. */
export interface SensitivityAtSpecificityOptions extends OperatingPointOptions {
  /** From 0 to 1. */
  readonly specificity: number;
}

/** The best sensitivity (recall) of the thresholds whose specificity is not below one. */
export function sensitivityAtSpecificity(given: SensitivityAtSpecificityOptions): Metric {
  const { specificity, name = 'sensitivityAtSpecificity', ...options } = given;
  return checkedBy(given, bestOf('SensitivityAtSpecificity', name, { specificity }, options, recalls, specificities));
}

/** What `specificityAtSensitivity` takes. */
export interface SpecificityAtSensitivityOptions extends OperatingPointOptions {
  /** From 0 to 1. */
  readonly sensitivity: number;
}

/** The best specificity of the thresholds whose sensitivity (recall) is not below one. */
export function specificityAtSensitivity(given: SpecificityAtSensitivityOptions): Metric {
  const { sensitivity, name = 'specificityAtSensitivity', ...options } = given;
  return checkedBy(given, bestOf('SpecificityAtSensitivity', name, { sensitivity }, options, specificities, recalls));
}

/** What `precisionAtRecall` takes. */
export interface PrecisionAtRecallOptions extends OperatingPointOptions {
  /** From 0 to 1. */
  readonly recall: number;
}

/** The best precision of the thresholds whose recall is not below one. */
export function precisionAtRecall(given: PrecisionAtRecallOptions): Metric {
  const { recall, name = 'precisionAtRecall', ...options } = given;
  return checkedBy(given, bestOf('PrecisionAtRecall', name, { recall }, options, precisions, recalls));
}

/** What `recallAtPrecision` takes. */
export interface RecallAtPrecisionOptions extends OperatingPointOptions {
  /** From 0 to 1. */
  readonly precision: number;
}

/** The best recall of the thresholds whose precision is not below one. */
export function recallAtPrecision(given: RecallAtPrecisionOptions): Metric {
  const { precision, name = 'recallAtPrecision', ...options } = given;
  return checkedBy(given, bestOf('RecallAtPrecision', name, { precision }, options, recalls, precisions));
}

/** A rate for each threshold. */
type Rate = (counts: MetricState) => Tensor;

const recalls: Rate = ({ truePositives, falseNegatives }) =>
  divideOrZero(truePositives, add(truePositives, falseNegatives));
const precisions: Rate = ({ truePositives, falsePositives }) =>
  divideOrZero(truePositives, add(truePositives, falsePositives));
const specificities: Rate = ({ trueNegatives, falsePositives }) =>
  divideOrZero(trueNegatives, add(trueNegatives, falsePositives));

function bestOf(
  className: string,
  name: string,
  bound: Readonly<Record<string, number>>,
  { numThresholds = 200, classId = null }: OperatingPointOptions,
  wanted: Rate,
  bounded: Rate,
): Metric {
  const [[option, value]] = Object.entries(bound);
  numberBetween(className, option, value, 0, 1);
  const thresholds = evenThresholds(className, numThresholds, 1);
  const counting = { thresholds, areEven: thresholds.length > 1, classId };
  return {
    ...describe(className, name, 'up', { numThresholds, ...bound, classId }),
    init: () => noCounts([numThresholds]),
    update: (state, yTrue, yPred, sampleWeight = null) =>
      mapCounts(countConfusions(className, yTrue, yPred, sampleWeight, counting), (count, which) =>
        add(state[which], count),
      ),
    result: (state) => max(where(greaterEqual(bounded(state), value), wanted(state), 0)),
  };
}
