import { add, ManabiError, sigmoid, type Tensor } from '@manabi/core';
import {
  boolean,
  fraction,
  type KindsOf,
  listOf,
  notNegative,
  nullable,
  type OptionValues,
  oneOf,
  optional,
  positiveInteger,
  readOptions,
} from '@manabi/errors';
import { EPSILON } from '../losses/epsilon.ts';
import { type AreaOptions, areaUnder, type Curve, type Summation } from './area.ts';
import { areEvenThresholds, countConfusions, mapCounts, noCounts } from './confusion-counts.ts';
import { describe, type Metric, type MetricOptions, metricKinds } from './metric.ts';
import { evenThresholds, numThresholdsKind } from './thresholds.ts';
import { classesOf } from './types-of-updates.ts';

/** Options of `auc`. */
export interface AucOptions extends MetricOptions {
  /** Number of thresholds, each of which is one point on the curve (default: 200). */
  readonly numThresholds?: number;
  /** Recall over false positive rate (`ROC`), precision over recall (`PR`), or their gains (`PRGAIN`) (default: `ROC`). */
  readonly curve?: Curve;
  /**
   * Height that is used for the area between two points of the curve (default: `interpolation`, the area of a
   * trapezoid, or for `PR` the interpolation of Davis & Goadrich, 2006).
   */
  readonly summationMethod?: Summation;
  /** Thresholds between 0 and 1 (default: null, `numThresholds` evenly spaced thresholds). */
  readonly thresholds?: readonly number[] | null;
  /**
   * Whether to compute one area per label and return their average, for predictions [batch, labels] (default: false).
   */
  readonly multiLabel?: boolean;
  /** Number of labels, used with `multiLabel` (default: from the types passed to `init`). */
  readonly numLabels?: number | null;
  /** Weight of each label in the average (default: null, equal weights). */
  readonly labelWeights?: readonly number[] | null;
  /** Whether predictions are logits rather than probabilities (default: false). */
  readonly fromLogits?: boolean;
}

const kinds = metricKinds('auc', {
  numThresholds: optional(numThresholdsKind(2), 200),
  curve: optional(oneOf('ROC', 'PR', 'PRGAIN'), 'ROC'),
  summationMethod: optional(oneOf('interpolation', 'minoring', 'majoring'), 'interpolation'),
  thresholds: optional(nullable(listOf(fraction, { min: 1 })), null),
  multiLabel: optional(boolean, false),
  numLabels: optional(nullable(positiveInteger), null),
  labelWeights: optional(nullable(listOf(notNegative, { min: 1 })), null),
  fromLogits: optional(boolean, false),
}) satisfies KindsOf<AucOptions>;

/**
 * Creates a metric of the area under a curve (AUC), by default the ROC curve, from counts over all batches.
 *
 * The area is a Riemann sum over thresholds. For ROC, 1 is a perfect ranking and 0.5 a random one.
 *
 * Sources: J. Hanley and B. McNeil, "The Meaning and Use of the Area under a Receiver Operating Characteristic (ROC)
 * Curve", 1982; for `PR`: J. Davis and M. Goadrich, "The Relationship Between Precision-Recall and ROC Curves", 2006; for
 * `PRGAIN`: P. Flach and M. Kull, "Precision-Recall-Gain Curves: PR Analysis Done Right", 2015.
 *
 * @throws ManabiError `argument` for invalid options, or `numLabels` without `multiLabel`
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.auc();
 * const state = metric.update(metric.init(), tensor([0, 0, 1, 1]), tensor([0, 0.5, 0.3, 0.9]));
 * console.log(await metric.result(state).item()); // 0.75
 * ```
 */
export function auc(options: AucOptions = {}): Metric {
  const config = readOptions('auc', options, kinds);
  const { multiLabel, numLabels, labelWeights, fromLogits } = config;
  if (numLabels !== null && !multiLabel) throw needlessLabels(numLabels);
  const points = pointsOf(config);
  const { length } = points.thresholds;
  const counting = { ...points, multiLabel, labelWeights: multiLabel ? null : labelWeights };
  const area: AreaOptions = { ...config, labelWeights: multiLabel ? labelWeights : null };
  return {
    ...describe('AUC', 'up', { ...config, numThresholds: length }),
    init: (yTrue, yPred) => {
      if (!multiLabel) return noCounts([length]);
      return noCounts([length, numLabels ?? classesOf('AUC', yTrue, yPred)]);
    },
    update: (state, yTrue, yPred, sampleWeight = null) => {
      const scores: Tensor = fromLogits ? sigmoid(yPred) : yPred;
      if (multiLabel) classesOf('AUC', yTrue, scores);
      const counts = countConfusions('AUC', yTrue, scores, sampleWeight, counting);
      return mapCounts(counts, (count, which) => add(state[which], count));
    },
    result: (state) => areaUnder(state, area),
  };
}

function needlessLabels(numLabels: number): ManabiError {
  const message = `\`numLabels\` requires \`multiLabel: true\`; got numLabels ${numLabels}. Set multiLabel: true, or omit numLabels.`;
  return new ManabiError('argument', message, { op: 'auc', data: { name: 'numLabels', given: numLabels } });
}

/**
 * Returns the thresholds, and whether they are evenly spaced. The first and last thresholds lie slightly outside [0,
 * 1], which puts every prediction between them.
 */
function pointsOf({ thresholds, numThresholds }: OptionValues<typeof kinds>): {
  thresholds: readonly number[];
  areEven: boolean;
} {
  const own = thresholds === null ? null : [...thresholds].sort((a, b) => a - b);
  const inner = own ?? evenThresholds(numThresholds).slice(1, -1);
  return {
    thresholds: [-EPSILON, ...inner, 1 + EPSILON],
    areEven: own === null || areEvenThresholds([0, ...own, 1]),
  };
}
