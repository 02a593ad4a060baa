import { astype, broadcastTo, expandDims, squeeze, type Tensor } from '@manabi/core';
import { weightsDoNotFit } from '../losses/reduction.ts';

/**
 * Appends axes of length 1 to weights until their rank equals that of the values.
 *
 * @throws ManabiError `shape` if the shapes do not match
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

/** Returns one weight for each value: the given weights, broadcast, or 1 for null. */
export function weightsOf(values: Tensor, weights: Tensor | null): Tensor | number {
  return weights === null ? 1 : broadcastTo(alignToValues(values, weights), values.shape);
}
