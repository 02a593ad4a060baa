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

/** The sum of values times weights. */
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

/** The sum of values times weights, over the sum of the weights: 0 if that is 0. */
export function mean(options: MetricOptions = {}): ValueMetric {
  return {
    ...describe('Mean', null, readOptions('mean', options, metricKinds('mean', {}))),
    init: initMean,
    update: addToMean,
    result: resultOfMean,
  };
}

/** What `meanMetricWrapper` takes. */
export interface MeanMetricWrapperOptions extends MetricOptions {
  /** A value for each sample: (yTrue, yPred) to [batch]. */
  readonly fn: LossFunction;
}

const wrapperKinds = metricKinds('metric', {
  fn: functionOf<LossFunction>('a function (yTrue, yPred) => values'),
}) satisfies KindsOf<MeanMetricWrapperOptions>;

/**
 * The mean of a function of your own.
 *
 * @throws ManabiError `argument` if it is none
 * @example `metrics.meanMetricWrapper({ fn: (yTrue, yPred) => max(abs(sub(yTrue, yPred)), -1), name: 'largestError' })`
 */
export function meanMetricWrapper(options: MeanMetricWrapperOptions): Metric {
  const { fn, name } = readOptions('meanMetricWrapper', options, wrapperKinds);
  const config = { fn, name: options.name ?? (fn.name === '' ? name : fn.name) };
  return meanOf('MeanMetricWrapper', null, config, (yTrue, yPred) =>
    checkReturned(config.name, 'The metric function', fn(yTrue, yPred)),
  );
}

/** A metric that is the mean of a value for each sample; what the mask of `yPred` leaves out does not count. */
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

/** What a mean remembers: the sum of values times weights, and the sum of weights. */
export function initMean(): MetricState {
  return { total: zeros([]), count: zeros([]) };
}

/** A mean with further values. */
export function addToMean(
  { total, count }: MetricState,
  values: Tensor,
  sampleWeight: Tensor | null = null,
): MetricState {
  const samples = toSamples(values, sampleWeight, meanOver);
  const weight = samples.weights === null ? scalar(samples.values.shape.at(0) ?? 1) : sumOver(samples.weights);
  return { total: add(total, sumOver(samples.values)), count: add(count, weight) };
}

/** The mean so far. */
export function resultOfMean({ total, count }: MetricState): Tensor {
  return divideOrZero(total, count);
}

type Reduce = (x: Tensor, axes: readonly number[]) => Tensor;

/**
 * One value for each sample, times its weight, and the weights: further axes are reduced as Keras does. A mask that the
 * values bring counts only if there are weights, as in Keras.
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
  // Infinities of padding must not count either: times 0 they are NaN.
  const weighted = isRowMask(sampleWeight) ? where(astype(spread, 'bool'), placed, 0) : mul(placed, spread);
  return { values: reduceFrom(1, weighted, reduce), weights: reduceFrom(1, spread, reduce) };
}

/** Reduces all axes but the first ones. */
function reduceFrom(first: number, x: Tensor, reduce: Reduce): Tensor {
  if (x.rank <= first) return x;
  return reduce(
    x,
    Array.from({ length: x.rank - first }, (_, i) => first + i),
  );
}
