import {
  abs,
  add,
  div,
  equal,
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
import { type KindsOf, notNegative, oneOrMany, optional, readOptions } from '@manabi/errors';
import { EPSILON } from '../losses/epsilon.ts';
import { toPair } from '../losses/pair.ts';
import { cosineOf } from '../losses/regression.ts';
import { axisKind } from '../structure/option-kinds.ts';
import { addToMean, initMean, meanOf, resultOfMean } from './mean.ts';
import { describe, type Metric, type MetricOptions, metricKinds } from './metric.ts';

/** The square root of the mean squared difference, over all samples and axes. */
export function rootMeanSquaredError(options: MetricOptions = {}): Metric {
  const config = readOptions('rootMeanSquaredError', options, metricKinds('rootMeanSquaredError', {}));
  return {
    ...describe('RootMeanSquaredError', 'down', config),
    init: initMean,
    update: (state, yTrue, yPred, sampleWeight) =>
      addToMean(state, square(sub(...toPair('rootMeanSquaredError', yTrue, yPred))), sampleWeight),
    result: (state) => sqrt(resultOfMean(state)),
  };
}

/** What `meanRelativeError` takes. */
export interface MeanRelativeErrorOptions extends MetricOptions {
  /** What differences are divided by: one number, or one for each entry of the last axis; where it is 0, nothing counts. */
  readonly normalizer: number | readonly number[];
}

const relativeKinds = metricKinds('meanRelativeError', {
  normalizer: oneOrMany(notNegative),
}) satisfies KindsOf<MeanRelativeErrorOptions>;

/**
 * The mean of absolute differences over a normalizer, as Keras 2 has it.
 *
 * @throws ManabiError `argument` without a normalizer
 */
export function meanRelativeError(options: MeanRelativeErrorOptions): Metric {
  const config = readOptions('meanRelativeError', options, relativeKinds);
  const list = [config.normalizer].flat();
  return {
    ...describe('MeanRelativeError', 'down', config),
    init: initMean,
    update: (state, yTrue, yPred, sampleWeight) => {
      const by = tensor(list);
      const difference = abs(sub(...toPair('meanRelativeError', yTrue, yPred)));
      const isZero = equal(by, 0);
      return addToMean(state, where(isZero, 0, div(difference, where(isZero, 1, by))), sampleWeight);
    },
    result: resultOfMean,
  };
}

/** What metrics of vectors take. */
export interface VectorMetricOptions extends MetricOptions {
  /** The axis of the vectors; by default the last. */
  readonly axis?: number;
}

function vectorKinds(defaultName: string) {
  return metricKinds(defaultName, { axis: optional(axisKind, -1) }) satisfies KindsOf<VectorMetricOptions>;
}

/** The mean cosine of the angle between two vectors: 1 where they point the same way. (The loss is minus that.) */
export function cosineSimilarity(options: VectorMetricOptions = {}): Metric {
  const config = readOptions('cosineSimilarity', options, vectorKinds('cosineSimilarity'));
  return meanOf('CosineSimilarity', 'up', config, (yTrue, yPred) => cosineOf(yTrue, yPred, config.axis));
}

/** The mean correlation of two vectors: Pearson, 1895. NaN for a vector whose entries are all the same. */
export function pearsonCorrelation(options: VectorMetricOptions = {}): Metric {
  const config = readOptions('pearsonCorrelation', options, vectorKinds('pearsonCorrelation'));
  const { axis } = config;
  return meanOf('PearsonCorrelation', 'up', config, (yTrue, yPred) => {
    const [x, y] = toPair('pearsonCorrelation', yTrue, yPred).map((vector) => standardized(vector, axis));
    return mean(mul(x, y), axis);
  });
}

/** The mean concordance of two vectors, which their means and variances lower too: Lin, 1989. */
export function concordanceCorrelation(options: VectorMetricOptions = {}): Metric {
  const config = readOptions('concordanceCorrelation', options, vectorKinds('concordanceCorrelation'));
  const { axis } = config;
  return meanOf('ConcordanceCorrelation', 'up', config, (yTrue, yPred) => {
    const [x, y] = toPair('concordanceCorrelation', yTrue, yPred);
    const [meanX, meanY] = [x, y].map((vector) => mean(vector, axis, { keepdims: true }));
    const covariance = mean(mul(sub(x, meanX), sub(y, meanY)), axis);
    const variances = add(variance(x, axis), variance(y, axis));
    const distance = mean(square(sub(meanX, meanY)), axis);
    return div(mul(covariance, 2), add(add(variances, distance), EPSILON));
  });
}

function standardized(x: Tensor, axis: number): Tensor {
  const centered = sub(x, mean(x, axis, { keepdims: true }));
  return div(centered, std(centered, axis, { keepdims: true }));
}
