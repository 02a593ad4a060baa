import { add, div, greater, isinf, mean, mul, scalar, square, sub, sum, type Tensor, where, zeros } from '@manabi/core';
import { count, type KindsOf, nullable, oneOf, optional, readOptions } from '@manabi/errors';
import { toPair } from '../losses/pair.ts';
import { describe, type Metric, type MetricOptions, metricKinds } from './metric.ts';
import { classesOf } from './types-of-updates.ts';
import { weightsOf } from './weights.ts';

/** How the scores of several outputs become one. */
export type ClassAggregation = 'uniformAverage' | 'varianceWeightedAverage';

/** What `r2Score` takes. */
export interface R2ScoreOptions extends MetricOptions {
  /** By default `uniformAverage`; null gives one score for each output. */
  readonly classAggregation?: ClassAggregation | null;
  /** Number of variables that predictions are made from, for the adjusted score; by default 0, the plain score. */
  readonly numRegressors?: number;
}

const kinds = metricKinds('r2Score', {
  classAggregation: optional(nullable(oneOf('uniformAverage', 'varianceWeightedAverage')), 'uniformAverage'),
  numRegressors: optional(count, 0),
}) satisfies KindsOf<R2ScoreOptions>;

/**
 * The share of the variance that predictions explain: 1 if all of it, 0 if as much as the mean does. `yTrue` and `yPred`
 * are [batch, outputs], or [batch] for one output.
 *
 * @throws ManabiError `argument` for a number of regressors that is none
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
      const [truth, prediction] = toPair('r2Score', yTrue, yPred);
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

/** With as few samples as regressors, the plain score. */
function adjusted(score: Tensor, numSamples: Tensor, numRegressors: number): Tensor {
  if (numRegressors === 0) return score;
  const freedom = sub(numSamples, numRegressors + 1);
  const isEnough = greater(freedom, 0);
  const scaled = div(mul(sub(1, score), sub(numSamples, 1)), where(isEnough, freedom, scalar(1)));
  return where(isEnough, sub(1, scaled), score);
}
