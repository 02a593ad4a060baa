import { expandDims, ManabiError, type Tensor } from '@manabi/core';

/**
 * Appends axes of length 1 to a mask over the first axes of a tensor, for broadcasting against the tensor.
 *
 * @throws ManabiError `shape` if the mask has more axes than the tensor
 */
export function alongFirstAxes(mask: Tensor, x: Tensor): Tensor {
  if (mask.rank === x.rank) return mask;
  if (mask.rank < x.rank) {
    return expandDims(
      mask,
      Array.from({ length: x.rank - mask.rank }, (_, i) => mask.rank + i),
    );
  }
  throw new ManabiError(
    'shape',
    `The mask must not have more axes than the tensor; got mask shape [${mask.shape.join(', ')}] and tensor shape ` +
      `[${x.shape.join(', ')}].`,
    { op: 'mask', data: { mask: mask.shape, shape: x.shape } },
  );
}
