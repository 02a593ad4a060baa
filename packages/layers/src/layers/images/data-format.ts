import { moveaxis, type Tensor } from '@manabi/core';
import { type Kind, oneOf, optional } from '@manabi/errors';

/** Where the axis of channels stands: last, `[batch, …, channels]`, or second, `[batch, channels, …]`. */
export type DataFormat = 'channelsLast' | 'channelsFirst';

/** The option `dataFormat`; by default `channelsLast`. */
export const dataFormatKind: Kind<DataFormat> = optional(oneOf('channelsLast', 'channelsFirst'), 'channelsLast');

/** The axes between batch and channels, or behind them: those of time, space, volume. */
export function spatialAxes(dataFormat: DataFormat, count: number): readonly number[] {
  const first = dataFormat === 'channelsLast' ? 1 : 2;
  return Array.from({ length: count }, (_, i) => first + i);
}

/** The tensor with its channels last. */
export function toChannelsLast(x: Tensor, dataFormat: DataFormat): Tensor {
  return dataFormat === 'channelsFirst' ? moveaxis(x, 1, -1) : x;
}
