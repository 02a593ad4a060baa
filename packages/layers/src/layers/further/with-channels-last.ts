import { moveaxis, type Tensor } from '@manabi/core';

/** Applies a function of arrays with channels in the last axis to an array of either format. */
export function withChannelsLast(
  x: Tensor,
  dataFormat: 'channelsLast' | 'channelsFirst',
  f: (x: Tensor) => Tensor,
): Tensor {
  return dataFormat === 'channelsLast' ? f(x) : moveaxis(f(moveaxis(x, 1, -1)), -1, 1);
}
