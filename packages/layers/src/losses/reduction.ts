import { astype, div, equal, expandDims, ManabiError, mul, type Tensor, sum as total, where } from '@manabi/core';
import { toSameRank } from './same-rank.ts';

/**
 * How the losses of samples are combined: `sumOverBatchSize` and `mean` divide the sum of the losses by their number,
 * `meanWithSampleWeight` divides the sum by the sum of the sample weights, `sum` returns the sum, and `none` returns
 * all losses.
 */
export type Reduction = 'sumOverBatchSize' | 'sum' | 'mean' | 'meanWithSampleWeight' | 'none';

const makesMean: { readonly [K in Reduction]: boolean } = {
  sumOverBatchSize: true,
  sum: false,
  mean: true,
  meanWithSampleWeight: true,
  none: false,
};

/** Weights that losses are multiplied by, and the mask of the losses to include. */
export interface LossWeights {
  /** One weight for each sample, or for each loss. */
  readonly sampleWeight?: Tensor | null;
  /** Mask of the losses: true where a loss is included. */
  readonly mask?: Tensor | null;
}

/**
 * Multiplies losses by weights and reduces them as Keras does. The mean divides by the number of losses, regardless of
 * the weights, and excludes masked losses. Weights of lower rank than the losses apply to the leading axes.
 *
 * @throws ManabiError `shape` if the shape of the weights does not match the losses
 */
export function reduceLosses(
  losses: Tensor,
  reduction: Reduction,
  { sampleWeight = null, mask = null }: LossWeights = {},
): Tensor {
  // A loss that is already a scalar has no samples to mask.
  if (mask === null || losses.rank === 0) return reduceWeighted(losses, sampleWeight, reduction, null);
  const [values, valid] = alignWeights(losses, mask);
  const counted = where(astype(valid, 'bool'), values, 0);
  // With meanWithSampleWeight, masked losses also have weight 0 in the divisor.
  const weights = reduction === 'meanWithSampleWeight' ? maskedWeights(sampleWeight, mask, losses.dtype) : sampleWeight;
  const count = mul(total(astype(mask, losses.dtype)), values.size === 0 ? 1 : values.size / mask.size);
  return reduceWeighted(counted, weights, reduction, count);
}

/** Returns sample weights that are 0 where the mask is false. */
export function maskedWeights(sampleWeight: Tensor | null, mask: Tensor | null, dtype: Tensor['dtype']): Tensor | null {
  const weights = sampleWeight === null ? null : astype(sampleWeight, dtype);
  if (mask === null) return weights;
  const valid = astype(mask, dtype);
  return weights === null ? valid : mul(...alignWeights(valid, weights));
}

/** Returns x / y, or 0 where y is 0. */
export function divideOrZero(x: Tensor | number, y: Tensor): Tensor {
  const isZero = equal(y, 0);
  return where(isZero, 0, div(x, where(isZero, 1, y)));
}

/**
 * Multiplies losses by weights and reduces them.
 *
 * @param count number of losses that the mask includes; null if there is no mask
 */
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

/**
 * Appends axes of length 1 to weights, for broadcasting against values with further axes. Ranks that differ only by a
 * last axis of length 1 are made equal.
 */
export function alignWeights(values: Tensor, weights: Tensor): [Tensor, Tensor] {
  let [x, w] = toSameRank(values, weights);
  while (w.rank > 0 && w.rank < x.rank) w = expandDims(w, -1);
  const fits =
    x.rank === 0 || (w.rank <= x.rank && w.shape.every((length, i) => length === 1 || length === x.shape[i]));
  if (fits) return [x, w];
  throw weightsDoNotFit(values, weights);
}

/** Creates the error for weights or a mask whose shape does not match the leading axes of the values. */
export function weightsDoNotFit(values: Tensor, weights: Tensor): ManabiError {
  return new ManabiError(
    'shape',
    `Weights or a mask of shape [${weights.shape.join(', ')}] do not match values of shape [${values.shape.join(', ')}]. ` +
      'Pass one weight per sample, [batch], or one per value.',
    { op: 'sampleWeight', data: { values: values.shape, weights: weights.shape } },
  );
}
