import {
  abs,
  add,
  astype,
  div,
  greater,
  greaterEqual,
  logicalAnd,
  max,
  mean,
  mul,
  sub,
  sum,
  type Tensor,
  zeros,
} from '@manabi/core';
import { type KindsOf, nullable, number, oneOf, optional, positive, readOptions } from '@manabi/errors';
import { EPSILON } from '../losses/epsilon.ts';
import { toPair } from '../losses/pair.ts';
import { describe, type Metric, type MetricOptions, type MetricState, metricKinds } from './metric.ts';
import { classesOf } from './types-of-updates.ts';
import { weightsOf } from './weights.ts';

/** How the scores of classes become one: all counts together, their mean, or their mean weighted by how many there are. */
export type ScoreAverage = 'micro' | 'macro' | 'weighted';

/** What `f1Score` takes. */
export interface F1ScoreOptions extends MetricOptions {
  /** By default null: one score for each class. */
  readonly average?: ScoreAverage | null;
  /** What predictions must be above to count as 1; by default null: the largest of a row does. */
  readonly threshold?: number | null;
}

/** What `fBetaScore` takes. */
export interface FBetaScoreOptions extends F1ScoreOptions {
  /** How many times as much as the precision the recall counts; by default 1. */
  readonly beta?: number;
}

/** The option `threshold` of scores. */
const thresholdKind = optional(nullable(number({ above: 0, max: 1 })), null);

/** The option `average` of scores. */
const averageKind = optional(nullable(oneOf('micro', 'macro', 'weighted')), null);

const f1Kinds = metricKinds('f1Score', {
  average: averageKind,
  threshold: thresholdKind,
}) satisfies KindsOf<F1ScoreOptions>;

/** The harmonic mean of precision and recall, for labels and predictions [batch, classes]. */
export function f1Score(options: F1ScoreOptions = {}): Metric {
  return scoreOf('F1Score', readOptions('f1Score', options, f1Kinds), 1);
}

const fBetaKinds = metricKinds('fbetaScore', {
  average: averageKind,
  beta: optional(positive, 1),
  threshold: thresholdKind,
}) satisfies KindsOf<FBetaScoreOptions>;

/**
 * The weighted harmonic mean of precision and recall, for labels and predictions [batch, classes]: van Rijsbergen, 1979.
 *
 * @throws ManabiError `argument` unless beta is positive and the threshold from 0 to 1
 */
export function fBetaScore(options: FBetaScoreOptions = {}): Metric {
  const config = readOptions('fBetaScore', options, fBetaKinds);
  return scoreOf('FBetaScore', config, config.beta);
}

function scoreOf(className: string, config: Required<F1ScoreOptions>, beta: number): Metric {
  const { average, threshold } = config;
  const axes = average === 'micro' ? null : 0;
  return {
    ...describe(className, 'up', config),
    init: (yTrue, yPred) => {
      const shape = average === 'micro' ? [] : [classesOf(className, yTrue, yPred)];
      return {
        truePositives: zeros(shape),
        falsePositives: zeros(shape),
        falseNegatives: zeros(shape),
        intermediateWeights: zeros(shape),
      };
    },
    update: (state, yTrue, yPred, sampleWeight = null) => {
      const [truth, scores] = toPair(className, yTrue, yPred);
      classesOf(className, truth, scores);
      const positive = astype(isPositive(scores, threshold), 'float32');
      const weights = weightsOf(truth, sampleWeight);
      const count = (x: Tensor): Tensor => sum(mul(x, weights), axes);
      return {
        truePositives: add(state.truePositives, count(mul(positive, truth))),
        falsePositives: add(state.falsePositives, count(mul(positive, sub(1, truth)))),
        falseNegatives: add(state.falseNegatives, count(mul(sub(1, positive), truth))),
        intermediateWeights: add(state.intermediateWeights, count(truth)),
      };
    },
    result: (state) => averaged(scoresOf(state, beta), state.intermediateWeights, average),
  };
}

/** The largest of a row counts, unless it is 0. */
function isPositive(scores: Tensor, threshold: number | null): Tensor {
  if (threshold !== null) return greater(scores, threshold);
  return logicalAnd(greaterEqual(scores, max(scores, -1, { keepdims: true })), greater(abs(scores), 1e-9));
}

function scoresOf({ truePositives, falsePositives, falseNegatives }: MetricState, beta: number): Tensor {
  const precision = div(truePositives, add(add(truePositives, falsePositives), EPSILON));
  const recall = div(truePositives, add(add(truePositives, falseNegatives), EPSILON));
  const both = add(mul(precision, beta * beta), recall);
  return mul(div(mul(precision, recall), add(both, EPSILON)), 1 + beta * beta);
}

function averaged(scores: Tensor, counts: Tensor, average: ScoreAverage | null): Tensor {
  if (average === null) return scores;
  if (average !== 'weighted') return mean(scores);
  return sum(mul(scores, div(counts, add(sum(counts), EPSILON))));
}
