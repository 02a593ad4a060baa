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
import { cosineOf } from '../losses/regression.ts';
import { axisKind } from '../structure/option-kinds.ts';
import { float32Pair } from './float32-pair.ts';
import { addToMean, initMean, meanOf, resultOfMean } from './mean.ts';
import { describe, type Metric, type MetricOptions, metricKinds } from './metric.ts';

/**
 * Creates a metric of the root mean squared error over all samples: `√mean((yTrue - yPred)²)`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.rootMeanSquaredError();
 * const state = metric.update(metric.init(), tensor([[1], [2]]), tensor([[2], [4]]));
 * console.log(await metric.result(state).item()); // 1.5811
 * ```
 */
export function rootMeanSquaredError(options: MetricOptions = {}): Metric {
  const config = readOptions('rootMeanSquaredError', options, metricKinds('rootMeanSquaredError', {}));
  return {
    ...describe('RootMeanSquaredError', 'down', config),
    init: initMean,
    update: (state, yTrue, yPred, sampleWeight) =>
      addToMean(state, square(sub(...float32Pair('rootMeanSquaredError', yTrue, yPred))), sampleWeight),
    result: (state) => sqrt(resultOfMean(state)),
  };
}

/** Options of `meanRelativeError`. */
export interface MeanRelativeErrorOptions extends MetricOptions {
  /** Divisor of the differences: one number, or one per entry of the last axis. Entries with divisor 0 do not count. */
  readonly normalizer: number | readonly number[];
}

const relativeKinds = metricKinds('meanRelativeError', {
  normalizer: oneOrMany(notNegative),
}) satisfies KindsOf<MeanRelativeErrorOptions>;

/**
 * Creates a metric of the mean relative error, which Keras had in version 2: `mean(|yTrue - yPred| / normalizer)`.
 *
 * @throws ManabiError `argument` if `normalizer` is missing or negative
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.meanRelativeError({ normalizer: 2 });
 * const state = metric.update(metric.init(), tensor([[1], [2]]), tensor([[2], [4]]));
 * console.log(await metric.result(state).item()); // 0.75
 * ```
 */
export function meanRelativeError(options: MeanRelativeErrorOptions): Metric {
  const config = readOptions('meanRelativeError', options, relativeKinds);
  const list = [config.normalizer].flat();
  return {
    ...describe('MeanRelativeError', 'down', config),
    init: initMean,
    update: (state, yTrue, yPred, sampleWeight) => {
      const by = tensor(list);
      const difference = abs(sub(...float32Pair('meanRelativeError', yTrue, yPred)));
      const isZero = equal(by, 0);
      return addToMean(state, where(isZero, 0, div(difference, where(isZero, 1, by))), sampleWeight);
    },
    result: resultOfMean,
  };
}

/** Options of metrics that compare vectors. */
export interface VectorMetricOptions extends MetricOptions {
  /** Axis along which labels and predictions are compared as vectors (default: -1, the last). */
  readonly axis?: number;
}

function vectorKinds(defaultName: string) {
  return metricKinds(defaultName, { axis: optional(axisKind, -1) }) satisfies KindsOf<VectorMetricOptions>;
}

/**
 * Creates a metric of the mean cosine similarity: 1 for vectors of the same direction. The loss of the same name has
 * the opposite sign.
 *
 * `similarity = Σ(yTrue · yPred) / (‖yTrue‖ · ‖yPred‖)` along `axis`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.cosineSimilarity();
 * const state = metric.update(metric.init(), tensor([[1, 0]]), tensor([[1, 1]]));
 * console.log(await metric.result(state).item()); // 0.7071
 * ```
 */
export function cosineSimilarity(options: VectorMetricOptions = {}): Metric {
  const config = readOptions('cosineSimilarity', options, vectorKinds('cosineSimilarity'));
  return meanOf('CosineSimilarity', 'up', config, (yTrue, yPred) => cosineOf(yTrue, yPred, config.axis));
}

/**
 * Creates a metric of the mean Pearson correlation of vectors; NaN for a vector of equal entries.
 *
 * `correlation = mean((x - mean(x)) · (y - mean(y))) / (std(x) · std(y))` along `axis`.
 *
 * Source: K. Pearson, "Note on Regression and Inheritance in the Case of Two Parents", 1895.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.pearsonCorrelation();
 * const state = metric.update(metric.init(), tensor([[1, 2, 3]]), tensor([[1, 2, 4]]));
 * console.log(await metric.result(state).item()); // 0.982
 * ```
 */
export function pearsonCorrelation(options: VectorMetricOptions = {}): Metric {
  const config = readOptions('pearsonCorrelation', options, vectorKinds('pearsonCorrelation'));
  const { axis } = config;
  return meanOf('PearsonCorrelation', 'up', config, (yTrue, yPred) => {
    const [x, y] = float32Pair('pearsonCorrelation', yTrue, yPred).map((vector) => standardized(vector, axis));
    return mean(mul(x, y), axis);
  });
}

/**
 * Creates a metric of the mean concordance correlation of vectors, which is lowered by differences of mean and variance.
 *
 * `concordance = 2 · cov(x, y) / (var(x) + var(y) + (mean(x) - mean(y))² + 1e-7)` along `axis`.
 *
 * Source: L. Lin, "A Concordance Correlation Coefficient to Evaluate Reproducibility", 1989.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.concordanceCorrelation();
 * const state = metric.update(metric.init(), tensor([[1, 2, 3]]), tensor([[1, 2, 4]]));
 * console.log(await metric.result(state).item()); // 0.8571
 * ```
 */
export function concordanceCorrelation(options: VectorMetricOptions = {}): Metric {
  const config = readOptions('concordanceCorrelation', options, vectorKinds('concordanceCorrelation'));
  const { axis } = config;
  return meanOf('ConcordanceCorrelation', 'up', config, (yTrue, yPred) => {
    const [x, y] = float32Pair('concordanceCorrelation', yTrue, yPred);
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
