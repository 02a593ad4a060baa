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

/** Keeps a division finite where nothing counts; Keras's epsilon. */
const EPSILON = 1e-7;

/** Mean and variance, of the length of the axis that is kept. */
export interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * Mean and variance of the population over all axes but one, of the elements that a mask lets count.
 *
 * @param mask over all axes but the last; null if all count
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
