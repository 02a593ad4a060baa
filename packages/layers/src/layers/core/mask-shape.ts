import { expandDims, ManabiError, type Tensor } from '@manabi/core';

/**
 * A mask over the first axes of a tensor, with axes of length 1 behind, so that it broadcasts against the tensor.
 *
 * @throws ManabiError `shape` if it has more axes than the tensor
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
    `A mask of shape [${mask.shape.join(', ')}] has more axes than what it masks, of shape [${x.shape.join(', ')}].`,
    { op: 'mask', data: { mask: mask.shape, shape: x.shape } },
  );
}
