import { add, type ConvOptions, conv, moveaxis, reshape, type Tensor, transpose } from '@manabi/core';
import type { DataFormat } from './data-format.ts';

/**
 * Applies a function that expects channels on axis 1 to images of either data format, by transposing its input and
 * output.
 */
export function withChannelsSecond(x: Tensor, dataFormat: DataFormat, f: (x: Tensor) => Tensor): Tensor {
  return dataFormat === 'channelsFirst' ? f(x) : moveaxis(f(moveaxis(x, -1, 1)), 1, -1);
}

/**
 * Transposes a Keras kernel [...size, inputs, filters] to the filters [filters, inputs, ...size] that `conv` of
 * `@manabi/core` takes. Kernels of transposed convolutions, [...size, filters, inputs], become [inputs, filters, ...size].
 */
export function asFilters(kernel: Tensor): Tensor {
  const { rank } = kernel;
  return transpose(kernel, [rank - 1, rank - 2, ...Array.from({ length: rank - 2 }, (_, i) => i)]);
}

/** Adds a bias vector, with one number per channel, to images of either data format. */
export function addToChannels(x: Tensor, bias: Tensor, dataFormat: DataFormat): Tensor {
  if (dataFormat === 'channelsLast') return add(x, bias);
  return add(x, reshape(bias, [bias.size, ...Array.from({ length: x.rank - 2 }, () => 1)]));
}

/**
 * Convolves each channel separately. Images [batch, channels, ...] and a kernel [...size, channels, multiplier] produce
 * [batch, channels · multiplier, ...], with the results of one channel adjacent.
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
