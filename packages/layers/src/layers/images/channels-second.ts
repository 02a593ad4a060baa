import { add, type ConvOptions, conv, moveaxis, reshape, type Tensor, transpose } from '@manabi/core';
import type { DataFormat } from './data-format.ts';

/** Applies a function of images with channels second to images of any format. */
export function withChannelsSecond(x: Tensor, dataFormat: DataFormat, f: (x: Tensor) => Tensor): Tensor {
  return dataFormat === 'channelsFirst' ? f(x) : moveaxis(f(moveaxis(x, -1, 1)), 1, -1);
}

/**
 * A kernel `[...size, a, b]` as the filters `[b, a, ...size]` that convolutions of `@manabi/core` take: Keras's `[...size,
 * inputs, filters]`, for transposed convolutions `[...size, filters, inputs]`.
 */
export function asFilters(kernel: Tensor): Tensor {
  const { rank } = kernel;
  return transpose(kernel, [rank - 1, rank - 2, ...Array.from({ length: rank - 2 }, (_, i) => i)]);
}

/** Adds one number to each channel. */
export function addToChannels(x: Tensor, bias: Tensor, dataFormat: DataFormat): Tensor {
  if (dataFormat === 'channelsLast') return add(x, bias);
  return add(x, reshape(bias, [bias.size, ...Array.from({ length: x.rank - 2 }, () => 1)]));
}

/**
 * Convolution of each channel alone: images `[batch, channels, ...]` and a kernel `[...size, channels, multiplier]` give
 * `[batch, channels * multiplier, ...]`, the results of a channel side by side.
 */
export function convEachChannel(x: Tensor, kernel: Tensor, options: ConvOptions): Tensor {
  const { rank, shape } = kernel;
  const size = Array.from({ length: rank - 2 }, (_, i) => i);
  const [channels, multiplier] = shape.slice(-2);
  const filters = reshape(transpose(kernel, [rank - 2, rank - 1, ...size]), [
    channels * multiplier,
    1,
    ...shape.slice(0, -2),
  ]);
  return conv(x, filters, { ...options, groups: channels });
}
