import {
  add,
  astype,
  broadcastTo,
  div,
  expandDims,
  mean as meanOf,
  reshape,
  square,
  sub,
  sum,
  type Tensor,
  variance,
  where,
} from '@manabi/core';

/** Keras's epsilon, added to the number of unmasked elements to keep the mean finite if all are masked. */
const EPSILON = 1e-7;

/** Mean and variance of each feature. */
export interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * Computes mean and biased variance of the unmasked elements over all axes but one.
 *
 * @param mask mask over all axes but the last; null if no element is masked
 */
export function maskedMoments(given: Tensor, mask: Tensor | null, axis: number): Moments {
  const x = given.dtype === 'float64' ? given : astype(given, 'float32');
  const kept = axis < 0 ? axis + x.rank : axis;
  const over = x.shape.map((_, i) => i).filter((i) => i !== kept);
  if (mask === null) return { mean: meanOf(x, over), variance: variance(x, over) };
  const counts = broadcastTo(expandDims(mask, -1), x.shape);
  const total = add(sum(astype(counts, x.dtype), over, { keepdims: true }), EPSILON);
  const average = (values: Tensor): Tensor => div(sum(where(counts, values, 0), over, { keepdims: true }), total);
  const mean = average(x);
  const length = [x.shape[kept]];
  return { mean: reshape(mean, length), variance: reshape(average(square(sub(x, mean))), length) };
}
