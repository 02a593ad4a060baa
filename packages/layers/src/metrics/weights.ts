import { astype, broadcastTo, expandDims, squeeze, type Tensor } from '@manabi/core';
import { weightsDoNotFit } from '../losses/reduction.ts';

/**
 * Weights with the axes of values: those of the samples, [batch], get further axes of length 1.
 *
 * @throws ManabiError `shape` if they do not fit
 */
function alignToValues(values: Tensor, weights: Tensor): Tensor {
  let aligned = astype(weights, 'float32');
  if (aligned.rank === values.rank + 1 && aligned.shape.at(-1) === 1) aligned = squeeze(aligned, -1);
  while (aligned.rank < values.rank) aligned = expandDims(aligned, -1);
  const fits =
    aligned.rank === values.rank &&
    aligned.shape.every((length, axis) => length === 1 || length === values.shape[axis]);
  if (!fits) throw weightsDoNotFit(values, weights);
  return aligned;
}

/** A weight for each value; without weights, 1. */
export function weightsOf(values: Tensor, weights: Tensor | null): Tensor | number {
  return weights === null ? 1 : broadcastTo(alignToValues(values, weights), values.shape);
}
