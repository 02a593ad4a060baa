import {
  add,
  astype,
  broadcastTo,
  mean as meanOver,
  mul,
  scalar,
  sum as sumOver,
  type Tensor,
  where,
  zeros,
} from '@manabi/core';
import { functionOf, type KindsOf, readOptions } from '@manabi/errors';
import { isRowMask, maskOf, ownMaskOf } from '../call/masks.ts';
import type { LossFunction } from '../losses/loss.ts';
import { divideOrZero, maskedWeights, weightsDoNotFit } from '../losses/reduction.ts';
import { toSameRank } from '../losses/same-rank.ts';
import { checkReturned } from '../structure/check-tensor.ts';
import {
  type Direction,
  describe,
  type Metric,
  type MetricOptions,
  type MetricState,
  metricKinds,
  type ValueMetric,
} from './metric.ts';

/**
 * Creates a metric of the weighted sum of values.
 *
 * `sum = Σ value · weight`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.sum();
 * const state = metric.update(metric.init(), tensor([1, 2, 3]));
 * console.log(await metric.result(state).item()); // 6
 * ```
 */
export function sum(options: MetricOptions = {}): ValueMetric {
  return {
    ...describe('Sum', null, readOptions('sum', options, metricKinds('sum', {}))),
    init: () => ({ total: zeros([]) }),
    update: ({ total }, values, sampleWeight = null) => ({
      total: add(total, sumOver(toSamples(values, sampleWeight, sumOver).values)),
    }),
    result: ({ total }) => total,
  };
}

/**
 * Creates a metric of the weighted mean of values; 0 if the weights add up to 0.
 *
 * `mean = Σ value · weight / Σ weight`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.mean();
 * const state = metric.update(metric.init(), tensor([1, 2, 3]), tensor([1, 1, 2]));
 * console.log(await metric.result(state).item()); // 2.25
 * ```
 */
export function mean(options: MetricOptions = {}): ValueMetric {
  return {
    ...describe('Mean', null, readOptions('mean', options, metricKinds('mean', {}))),
    init: initMean,
    update: addToMean,
    result: resultOfMean,
  };
}

/** Options of `meanMetricWrapper`. */
export interface MeanMetricWrapperOptions extends MetricOptions {
  /** Function that returns a value for each sample: (yTrue, yPred) to [batch]. */
  readonly fn: LossFunction;
}

const wrapperKinds = metricKinds('metric', {
  fn: functionOf<LossFunction>('a function (yTrue, yPred) => values'),
}) satisfies KindsOf<MeanMetricWrapperOptions>;

/**
 * Creates a metric of the mean of a function's values.
 *
 * `mean = Σ fn(yTrue, yPred) · weight / Σ weight`.
 *
 * @throws ManabiError `argument` unless `fn` is a function
 * @example
 * ```ts
 * import { abs, max, metrics, sub, tensor } from 'manabi';
 *
 * const metric = metrics.meanMetricWrapper({ fn: (yTrue, yPred) => max(abs(sub(yTrue, yPred)), -1) });
 * const state = metric.update(metric.init(), tensor([[1, 2], [3, 4]]), tensor([[1, 5], [3, 5]]));
 * console.log(await metric.result(state).item()); // 2
 * ```
 */
export function meanMetricWrapper(options: MeanMetricWrapperOptions): Metric {
  const { fn, name } = readOptions('meanMetricWrapper', options, wrapperKinds);
  const config = { fn, name: options.name ?? (fn.name === '' ? name : fn.name) };
  return meanOf('MeanMetricWrapper', null, config, (yTrue, yPred) =>
    checkReturned(config.name, 'The metric function', fn(yTrue, yPred)),
  );
}

/**
 * Creates a metric of the mean of values computed for each sample. Values that the mask of `yPred` excludes do not
 * count.
 */
export function meanOf(
  className: string,
  direction: Direction,
  config: Required<MetricOptions>,
  valuesOf: LossFunction,
): Metric {
  return {
    ...describe(className, direction, config),
    init: initMean,
    update: (state, yTrue, yPred, sampleWeight = null) => {
      const values = valuesOf(yTrue, yPred);
      const isPlain = ownMaskOf(yPred) === null && sampleWeight !== null && isRowMask(sampleWeight);
      return addToMean(state, values, isPlain ? sampleWeight : maskedWeights(sampleWeight, maskOf(yPred), 'float32'));
    },
    result: resultOfMean,
  };
}

/** Returns the initial state of a mean: the sum of weighted values, and the sum of weights. */
export function initMean(): MetricState {
  return { total: zeros([]), count: zeros([]) };
}

/** Returns the state of a mean after further values. */
export function addToMean(
  { total, count }: MetricState,
  values: Tensor,
  sampleWeight: Tensor | null = null,
): MetricState {
  const samples = toSamples(values, sampleWeight, meanOver);
  const weight = samples.weights === null ? scalar(samples.values.shape.at(0) ?? 1) : sumOver(samples.weights);
  return { total: add(total, sumOver(samples.values)), count: add(count, weight) };
}

/** Returns the mean of all values added to the state. */
export function resultOfMean({ total, count }: MetricState): Tensor {
  return divideOrZero(total, count);
}

type Reduce = (x: Tensor, axes: readonly number[]) => Tensor;

/**
 * Returns one weighted value for each sample, and the weights. Further axes are reduced as Keras does. As in Keras, a
 * mask of the values is ignored unless there are weights.
 */
function toSamples(
  given: Tensor,
  sampleWeight: Tensor | null,
  reduce: Reduce,
): { readonly values: Tensor; readonly weights: Tensor | null } {
  const all = astype(given, 'float32');
  if (sampleWeight === null) return { values: reduceFrom(1, all, reduce), weights: null };
  const mask = isRowMask(sampleWeight) ? null : maskOf(given);
  const masked = maskedWeights(sampleWeight, mask, 'float32') ?? sampleWeight;
  const [values, weights] = toSameRank(all, masked);
  const fits = weights.shape.every((length, axis) => length === 1 || length === values.shape[axis]);
  if (!fits || weights.rank > values.rank) throw weightsDoNotFit(given, sampleWeight);
  const placed = reduceFrom(weights.rank, values, reduce);
  const spread = broadcastTo(weights, placed.shape);
  // `where` rather than a product: zero times an infinite padding value is NaN.
  const weighted = isRowMask(sampleWeight) ? where(astype(spread, 'bool'), placed, 0) : mul(placed, spread);
  return { values: reduceFrom(1, weighted, reduce), weights: reduceFrom(1, spread, reduce) };
}

/** Reduces all axes from the axis `first` on. */
function reduceFrom(first: number, x: Tensor, reduce: Reduce): Tensor {
  if (x.rank <= first) return x;
  return reduce(
    x,
    Array.from({ length: x.rank - first }, (_, i) => first + i),
  );
}
