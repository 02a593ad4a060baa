import { moveaxis, type Tensor } from '@manabi/core';
import { type Kind, oneOf, optional } from '@manabi/errors';

/** Position of the channel axis: last, [batch, ..., channels], or second, [batch, channels, ...]. */
export type DataFormat = 'channelsLast' | 'channelsFirst';

/** Validator for the option `dataFormat` (default: `channelsLast`). */
export const dataFormatKind: Kind<DataFormat> = optional(oneOf('channelsLast', 'channelsFirst'), 'channelsLast');

/** Returns the axes other than batch and channels: time, height and width, or depth, height and width. */
export function spatialAxes(dataFormat: DataFormat, count: number): readonly number[] {
  const first = dataFormat === 'channelsLast' ? 1 : 2;
  return Array.from({ length: count }, (_, i) => first + i);
}

/** Transposes images of the given data format, if necessary, to have the channel axis last. */
export function toChannelsLast(x: Tensor, dataFormat: DataFormat): Tensor {
  return dataFormat === 'channelsFirst' ? moveaxis(x, 1, -1) : x;
}
