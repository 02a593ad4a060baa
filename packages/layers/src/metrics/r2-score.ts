import { add, div, greater, isinf, mean, mul, scalar, square, sub, sum, type Tensor, where, zeros } from '@manabi/core';
import { count, type KindsOf, nullable, oneOf, optional, readOptions } from '@manabi/errors';
import { float32Pair } from './float32-pair.ts';
import { describe, type Metric, type MetricOptions, metricKinds } from './metric.ts';
import { classesOf } from './types-of-updates.ts';
import { weightsOf } from './weights.ts';

/** How the R² scores of several outputs are averaged. */
export type ClassAggregation = 'uniformAverage' | 'varianceWeightedAverage';

/** Options of `r2Score`. */
export interface R2ScoreOptions extends MetricOptions {
  /** How to average over outputs; null for one score per output (default: `uniformAverage`). */
  readonly classAggregation?: ClassAggregation | null;
  /** Number of independent variables, for the adjusted score (default: 0, the score is not adjusted). */
  readonly numRegressors?: number;
}

const kinds = metricKinds('r2Score', {
  classAggregation: optional(nullable(oneOf('uniformAverage', 'varianceWeightedAverage')), 'uniformAverage'),
  numRegressors: optional(count, 0),
}) satisfies KindsOf<R2ScoreOptions>;

/**
 * Creates a metric of the coefficient of determination R²: the fraction of the variance that predictions explain. 1 is
 * perfect; 0 is as good as predicting the mean. Labels and predictions are [batch, outputs], or [batch].
 *
 * `R² = 1 - Σ(yTrue - yPred)² / Σ(yTrue - mean(yTrue))²`. Adjusted, with n samples and p regressors:
 * `1 - (1 - R²) · (n - 1) / (n - p - 1)`.
 *
 * Source: S. Wright, "Correlation and Causation", 1921.
 *
 * @throws ManabiError `argument` unless `numRegressors` is a non-negative integer
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.r2Score();
 * const [yTrue, yPred] = [tensor([[1], [2], [3]]), tensor([[1.1], [1.9], [3.2]])];
 * const state = metric.update(metric.init(yTrue, yPred), yTrue, yPred);
 * console.log(await metric.result(state).item()); // 0.97
 * ```
 */
export function r2Score(options: R2ScoreOptions = {}): Metric {
  const config = readOptions('r2Score', options, kinds);
  const { classAggregation, numRegressors } = config;
  return {
    ...describe('R2Score', 'up', config),
    init: (yTrue, yPred) => {
      const outputs = [classesOf('R2Score', yTrue, yPred)];
      return {
        numSamples: zeros([]),
        squaredSum: zeros(outputs),
        sum: zeros(outputs),
        residual: zeros(outputs),
        count: zeros(outputs),
      };
    },
    update: (state, yTrue, yPred, sampleWeight = null) => {
      const [truth, prediction] = float32Pair('r2Score', yTrue, yPred);
      classesOf('R2Score', truth, prediction);
      const weights = weightsOf(truth, sampleWeight);
      const weighted = mul(truth, weights);
      return {
        numSamples: add(state.numSamples, truth.size),
        squaredSum: add(state.squaredSum, sum(mul(truth, weighted), 0)),
        sum: add(state.sum, sum(weighted, 0)),
        residual: add(state.residual, sum(mul(square(sub(truth, prediction)), weights), 0)),
        count: add(state.count, typeof weights === 'number' ? truth.shape[0] : sum(weights, 0)),
      };
    },
    result: (state) => {
      const total = sub(state.squaredSum, div(square(state.sum), state.count));
      const raw = sub(1, div(state.residual, total));
      const scores = where(isinf(raw), 0, raw);
      return adjusted(aggregated(scores, total, classAggregation), state.numSamples, numRegressors);
    },
  };
}

function aggregated(scores: Tensor, total: Tensor, how: ClassAggregation | null): Tensor {
  if (how === null) return scores;
  return how === 'uniformAverage' ? mean(scores) : div(sum(mul(total, scores)), sum(total));
}

/** Returns the adjusted score, or `score` itself if there are too few samples for the number of regressors. */
function adjusted(score: Tensor, numSamples: Tensor, numRegressors: number): Tensor {
  if (numRegressors === 0) return score;
  const freedom = sub(numSamples, numRegressors + 1);
  const isEnough = greater(freedom, 0);
  const scaled = div(mul(sub(1, score), sub(numSamples, 1)), where(isEnough, freedom, scalar(1)));
  return where(isEnough, sub(1, scaled), score);
}
