import { add, ManabiError, sigmoid, type Tensor } from '@manabi/core';
import { checkedBy } from '../check-options.ts';
import { oneOf } from '../layers/options.ts';
import { EPSILON } from '../losses/epsilon.ts';
import { type AreaOptions, areaUnder, CURVES, type Curve, SUMMATIONS, type Summation } from './area.ts';
import { areEvenThresholds, countConfusions, mapCounts, noCounts } from './confusion-counts.ts';
import { describe, type Metric, type MetricOptions } from './metric.ts';
import { evenThresholds, readThresholds } from './thresholds.ts';
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

/**
 * The area under a curve, by sums over thresholds, from counts over all batches.
 *
 * @throws ManabiError `argument` for options that do not fit together
 */
export function auc(all: AucOptions = {}): Metric {
  const { name = 'auc', ...given } = all;
  const options = settle(given);
  const { multiLabel, numLabels, labelWeights, fromLogits } = options;
  const points = pointsOf(options);
  const { length } = points.thresholds;
  const counting = { ...points, multiLabel, labelWeights: multiLabel ? null : labelWeights };
  const area: AreaOptions = { ...options, labelWeights: multiLabel ? labelWeights : null };
  return checkedBy(all, {
    ...describe('AUC', name, 'up', { ...options, numThresholds: length }),
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
  });
}

type Settled = Required<Omit<AucOptions, 'name'>>;

function settle({
  numThresholds = 200,
  curve = 'ROC',
  summationMethod = 'interpolation',
  thresholds = null,
  multiLabel = false,
  numLabels = null,
  labelWeights = null,
  fromLogits = false,
}: AucOptions): Settled {
  if (numLabels !== null && !multiLabel) {
    throw new ManabiError(
      'argument',
      'AUC takes numLabels with multiLabel: true alone: labels are one set without it.',
      {
        op: 'AUC',
        data: { numLabels, multiLabel },
      },
    );
  }
  return {
    numThresholds,
    curve: oneOf('AUC', 'curve', curve, CURVES),
    summationMethod: oneOf('AUC', 'summationMethod', summationMethod, SUMMATIONS),
    thresholds,
    multiLabel,
    numLabels,
    labelWeights,
    fromLogits,
  };
}

/** The ends are a little outside of 0 to 1, so that all samples lie between. */
function pointsOf({ thresholds, numThresholds }: Settled): { thresholds: readonly number[]; areEven: boolean } {
  const own = thresholds === null ? null : [...readThresholds('AUC', thresholds, 0.5)].sort((a, b) => a - b);
  const inner = own ?? evenThresholds('AUC', numThresholds, 2).slice(1, -1);
  return {
    thresholds: [-EPSILON, ...inner, 1 + EPSILON],
    areEven: own === null || areEvenThresholds([0, ...own, 1]),
  };
}
