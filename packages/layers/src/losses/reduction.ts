import { astype, div, equal, expandDims, ManabiError, mul, type Tensor, sum as total, where } from '@manabi/core';
import { toSameRank } from './same-rank.ts';

/**
 * How the losses of samples become one: their sum; their sum over their number (`mean` and `sumOverBatchSize` are the
 * same); their sum over the sum of the sample weights; or not at all.
 */
export type Reduction = 'sumOverBatchSize' | 'sum' | 'mean' | 'meanWithSampleWeight' | 'none';

const makesMean: { readonly [K in Reduction]: boolean } = {
  sumOverBatchSize: true,
  sum: false,
  mean: true,
  meanWithSampleWeight: true,
  none: false,
};

/** What weighs the losses of samples. */
export interface LossWeights {
  /** One for each sample, or for each loss. */
  readonly sampleWeight?: Tensor | null;
  /** True where a loss counts. */
  readonly mask?: Tensor | null;
}

/**
 * Losses times weights, reduced as Keras does. The mean is over the number of losses, whatever the weights; what a mask
 * leaves out does not count to that number. Weights of fewer axes than the losses belong to the first axes.
 *
 * @throws ManabiError `shape` if the weights do not fit the losses
 */
export function reduceLosses(
  losses: Tensor,
  reduction: Reduction,
  { sampleWeight = null, mask = null }: LossWeights = {},
): Tensor {
  // A loss that is one number already knows no samples.
  if (mask === null || losses.rank === 0) return reduceWeighted(losses, sampleWeight, reduction, null);
  const [values, places] = alignWeights(losses, mask);
  const counted = where(astype(places, 'bool'), values, 0);
  // Weights of 0 where nothing counts.
  const weights = reduction === 'meanWithSampleWeight' ? maskedWeights(sampleWeight, mask, losses.dtype) : sampleWeight;
  const count = mul(total(astype(mask, losses.dtype)), values.size === 0 ? 1 : values.size / mask.size);
  return reduceWeighted(counted, weights, reduction, count);
}

/** Sample weights that are 0 where the mask is false. */
export function maskedWeights(sampleWeight: Tensor | null, mask: Tensor | null, dtype: Tensor['dtype']): Tensor | null {
  const weights = sampleWeight === null ? null : astype(sampleWeight, dtype);
  if (mask === null) return weights;
  const valid = astype(mask, dtype);
  return weights === null ? valid : mul(...alignWeights(valid, weights));
}

/** x / y; 0 where y is 0. */
export function divideOrZero(x: Tensor | number, y: Tensor): Tensor {
  const isZero = equal(y, 0);
  return where(isZero, 0, div(x, where(isZero, 1, y)));
}

/** @param count how many losses count; null for all */
function reduceWeighted(
  losses: Tensor,
  sampleWeight: Tensor | null,
  reduction: Reduction,
  count: Tensor | null,
): Tensor {
  const aligned = sampleWeight === null ? null : alignWeights(losses, astype(sampleWeight, losses.dtype));
  const values = aligned === null ? losses : mul(...aligned);
  if (reduction === 'none' || values.rank === 0) return values;
  const sum = total(values);
  if (!makesMean[reduction]) return sum;
  if (reduction === 'meanWithSampleWeight' && aligned !== null) return divideOrZero(sum, total(aligned[1]));
  if (count !== null) return divideOrZero(sum, count);
  return values.size === 0 ? sum : div(sum, values.size);
}

/** Weights beside values: theirs are the first axes. */
export function alignWeights(values: Tensor, weights: Tensor): [Tensor, Tensor] {
  let [x, w] = toSameRank(values, weights);
  while (w.rank > 0 && w.rank < x.rank) w = expandDims(w, -1);
  const fits =
    x.rank === 0 || (w.rank <= x.rank && w.shape.every((length, i) => length === 1 || length === x.shape[i]));
  if (fits) return [x, w];
  throw weightsDoNotFit(values, weights);
}

/** The error of weights whose shape is not that of the first axes of what they weigh. */
export function weightsDoNotFit(values: Tensor, weights: Tensor): ManabiError {
  return new ManabiError(
    'shape',
    `Weights or a mask of shape [${weights.shape.join(', ')}] do not fit values of shape [${values.shape.join(', ')}]: ` +
      'give one for each sample, [batch], or one for each value.',
    { op: 'sampleWeight', data: { values: values.shape, weights: weights.shape } },
  );
}
