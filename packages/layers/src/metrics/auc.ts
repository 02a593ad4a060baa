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

/** What `auc` takes. */
export interface AucOptions extends MetricOptions {
  /** Number of points of the curve; by default 200. */
  readonly numThresholds?: number;
  /** Recall over false positives (`ROC`, by default), precision over recall, or the gains of those. */
  readonly curve?: Curve;
  /** How the area between two points is made up: by default a trapezoid (of `PR`, by Davis, Goadrich, 2006). */
  readonly summationMethod?: Summation;
  /** Thresholds between 0 and 1 in place of evenly spread ones. */
  readonly thresholds?: readonly number[] | null;
  /** Whether each label is counted apart, and the areas are averaged; predictions are [batch, labels] then. */
  readonly multiLabel?: boolean;
  /** Number of labels, if they are counted apart; by default what `init` is told. */
  readonly numLabels?: number | null;
  /** Weights of the labels. */
  readonly labelWeights?: readonly number[] | null;
  /** Whether predictions are logits; by default they are probabilities. */
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
 * The area under a curve, by sums over thresholds, from counts over all batches.
 *
 * @throws ManabiError `argument` for options that do not fit together
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
  const message = '`numLabels` goes with `multiLabel: true`: without it, all labels are counted together.';
  return new ManabiError('argument', message, { op: 'auc', data: { name: 'numLabels', given: numLabels } });
}

/** The ends are a little outside of 0 to 1, so that all samples lie between. */
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
