import { moveaxis, type Tensor } from '@manabi/core';
import { oneOf } from './options.ts';

/** Where the axis of channels stands: last, `[batch, …, channels]`, or second, `[batch, channels, …]`. */
export type DataFormat = 'channelsLast' | 'channelsFirst';

/**
 * The option `dataFormat` of a layer; by default `channelsLast`.
 *
 * @throws ManabiError `argument` for other words
 */
export function dataFormatOf(className: string, value: DataFormat | undefined): DataFormat {
  return oneOf(className, 'dataFormat', value ?? 'channelsLast', ['channelsLast', 'channelsFirst']);
}

/** The axes between batch and channels, or behind them: those of time, space, volume. */
export function spatialAxes(dataFormat: DataFormat, count: number): readonly number[] {
  const first = dataFormat === 'channelsLast' ? 1 : 2;
  return Array.from({ length: count }, (_, i) => first + i);
}

/** The tensor with its channels last. */
export function toChannelsLast(x: Tensor, dataFormat: DataFormat): Tensor {
  return dataFormat === 'channelsFirst' ? moveaxis(x, 1, -1) : x;
}
