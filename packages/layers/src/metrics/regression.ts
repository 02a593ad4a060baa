import {
  abs,
  add,
  div,
  equal,
  ManabiError,
  mean,
  mul,
  sqrt,
  square,
  std,
  sub,
  type Tensor,
  tensor,
  variance,
  where,
} from '@manabi/core';
import { checkedBy } from '../check-options.ts';
import { EPSILON } from '../losses/epsilon.ts';
import { toPair } from '../losses/pair.ts';
import { cosineOf } from '../losses/regression.ts';
import { addToMean, initMean, meanOf, resultOfMean } from './mean.ts';
import { describe, type Metric, type MetricOptions } from './metric.ts';

/** The square root of the mean squared difference, over all samples and axes. */
export function rootMeanSquaredError(options: MetricOptions = {}): Metric {
  const { name = 'rootMeanSquaredError' } = options;
  return checkedBy(options, {
    ...describe('RootMeanSquaredError', name, 'down'),
    init: initMean,
    update: (state, yTrue, yPred, sampleWeight) =>
      addToMean(state, square(sub(...toPair('rootMeanSquaredError', yTrue, yPred))), sampleWeight),
    result: (state) => sqrt(resultOfMean(state)),
  });
}

/** What `meanRelativeError` takes. */
export interface MeanRelativeErrorOptions extends MetricOptions {
  /** What differences are divided by: one number, or one for each entry of the last axis; where it is 0, nothing counts. */
  readonly normalizer: number | readonly number[];
}

/**
 * The mean of absolute differences over a normalizer, as Keras 2 has it.
 *
 * @throws ManabiError `argument` without a normalizer
 */
export function meanRelativeError(options: MeanRelativeErrorOptions): Metric {
  const { normalizer, name = 'meanRelativeError' } = options;
  const list = typeof normalizer === 'number' ? [normalizer] : normalizer;
  if (!Array.isArray(list)) {
    throw new ManabiError('argument', `The option normalizer of MeanRelativeError is a number, or a list of them.`, {
      op: 'MeanRelativeError',
      data: { option: 'normalizer', given: typeof normalizer },
    });
  }
  return checkedBy(options, {
    ...describe('MeanRelativeError', name, 'down', { normalizer }),
    init: initMean,
    update: (state, yTrue, yPred, sampleWeight) => {
      const by = tensor(list);
      const difference = abs(sub(...toPair('meanRelativeError', yTrue, yPred)));
      const isZero = equal(by, 0);
      return addToMean(state, where(isZero, 0, div(difference, where(isZero, 1, by))), sampleWeight);
    },
    result: resultOfMean,
  });
}

/** What metrics of vectors take. */
export interface VectorMetricOptions extends MetricOptions {
  /** The axis of the vectors; by default the last. */
  readonly axis?: number;
}

/** The mean cosine of the angle between two vectors: 1 where they point the same way. (The loss is minus that.) */
export function cosineSimilarity(options: VectorMetricOptions = {}): Metric {
  const { axis = -1, name = 'cosineSimilarity' } = options;
  return checkedBy(
    options,
    meanOf('CosineSimilarity', name, 'up', { axis }, (yTrue, yPred) => cosineOf(yTrue, yPred, axis)),
  );
}

/** The mean correlation of two vectors: Pearson, 1895. NaN for a vector whose entries are all the same. */
export function pearsonCorrelation(options: VectorMetricOptions = {}): Metric {
  const { axis = -1, name = 'pearsonCorrelation' } = options;
  return checkedBy(
    options,
    meanOf('PearsonCorrelation', name, 'up', { axis }, (yTrue, yPred) => {
      const [x, y] = toPair('pearsonCorrelation', yTrue, yPred).map((vector) => standardized(vector, axis));
      return mean(mul(x, y), axis);
    }),
  );
}

/** The mean concordance of two vectors, which their means and variances lower too: Lin, 1989. */
export function concordanceCorrelation(options: VectorMetricOptions = {}): Metric {
  const { axis = -1, name = 'concordanceCorrelation' } = options;
  return checkedBy(
    options,
    meanOf('ConcordanceCorrelation', name, 'up', { axis }, (yTrue, yPred) => {
      const [x, y] = toPair('concordanceCorrelation', yTrue, yPred);
      const [meanX, meanY] = [x, y].map((vector) => mean(vector, axis, { keepdims: true }));
      const covariance = mean(mul(sub(x, meanX), sub(y, meanY)), axis);
      const variances = add(variance(x, axis), variance(y, axis));
      const distance = mean(square(sub(meanX, meanY)), axis);
      return div(mul(covariance, 2), add(add(variances, distance), EPSILON));
    }),
  );
}

function standardized(x: Tensor, axis: number): Tensor {
  const centered = sub(x, mean(x, axis, { keepdims: true }));
  return div(centered, std(centered, axis, { keepdims: true }));
}
