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
import { float32Pair } from './float32-pair.ts';
import { describe, type Metric, type MetricOptions, type MetricState, metricKinds } from './metric.ts';
import { classesOf } from './types-of-updates.ts';
import { weightsOf } from './weights.ts';

/**
 * How the scores of classes are averaged: `micro` computes one score from the counts of all classes together, `macro`
 * weights classes equally, and `weighted` by the frequency of their labels.
 */
export type ScoreAverage = 'micro' | 'macro' | 'weighted';

/** Options of `f1Score`. */
export interface F1ScoreOptions extends MetricOptions {
  /** How to average the scores of classes; null for one score per class (default: null). */
  readonly average?: ScoreAverage | null;
  /**
   * Value that predictions must exceed to count as 1; null to count only the highest score of a sample (default: null).
   */
  readonly threshold?: number | null;
}

/** Options of `fBetaScore`. */
export interface FBetaScoreOptions extends F1ScoreOptions {
  /** Weight of recall relative to precision (default: 1). */
  readonly beta?: number;
}

/** Validator for the option `threshold` of F-scores. */
const thresholdKind = optional(nullable(number({ above: 0, max: 1 })), null);

/** Validator for the option `average` of F-scores. */
const averageKind = optional(nullable(oneOf('micro', 'macro', 'weighted')), null);

const f1Kinds = metricKinds('f1Score', {
  average: averageKind,
  threshold: thresholdKind,
}) satisfies KindsOf<F1ScoreOptions>;

/**
 * Creates a metric of the F1 score, the harmonic mean of precision and recall, for labels and predictions [batch, classes].
 *
 * `F1 = 2 · precision · recall / (precision + recall)`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.f1Score({ average: 'macro' });
 * const [yTrue, yPred] = [tensor([[1, 0], [0, 1], [0, 1]]), tensor([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])];
 * const state = metric.update(metric.init(yTrue, yPred), yTrue, yPred);
 * console.log(await metric.result(state).item()); // 0.6667
 * ```
 */
export function f1Score(options: F1ScoreOptions = {}): Metric {
  return scoreOf('F1Score', readOptions('f1Score', options, f1Kinds), 1);
}

const fBetaKinds = metricKinds('fbetaScore', {
  average: averageKind,
  beta: optional(positive, 1),
  threshold: thresholdKind,
}) satisfies KindsOf<FBetaScoreOptions>;

/**
 * Creates a metric of the F-beta score, the weighted harmonic mean of precision and recall, for labels and predictions
 * [batch, classes].
 *
 * `F = (1 + beta²) · precision · recall / (beta² · precision + recall)`.
 *
 * Source: C. van Rijsbergen, "Information Retrieval", 1979.
 *
 * @throws ManabiError `argument` unless beta is positive and the threshold in (0, 1]
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.fBetaScore({ beta: 2 });
 * const [yTrue, yPred] = [tensor([[1, 0], [0, 1], [0, 1]]), tensor([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])];
 * const state = metric.update(metric.init(yTrue, yPred), yTrue, yPred);
 * console.log(await metric.result(state).array()); // [0.8333, 0.5556]
 * ```
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
      const [truth, scores] = float32Pair(className, yTrue, yPred);
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

/**
 * Returns whether scores exceed the threshold; without a threshold, whether they are the highest score of their sample
 * and not 0.
 */
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
