import { slice, type Tensor } from '@manabi/core';
import type { DataFormat } from './data-format.ts';

/** Axes of rows and columns, from the end, so that an image alone has them too. */
export interface ImageAxes {
  readonly rows: number;
  readonly columns: number;
}

/** The axes of rows and columns of images. */
export function imageAxes({ rank }: Tensor, dataFormat: DataFormat): ImageAxes {
  return dataFormat === 'channelsLast' ? { rows: rank - 3, columns: rank - 2 } : { rows: rank - 2, columns: rank - 1 };
}

/** The middle of images, of a size; where a margin is odd, the larger part is cut off behind. */
export function middleOf(images: Tensor, height: number, width: number, { rows, columns }: ImageAxes): Tensor {
  const size = images.shape.with(rows, height).with(columns, width);
  const start = images.shape.map((length, axis) => Math.floor((length - size[axis]) / 2));
  return slice(images, start, size);
}

/** The largest middle of images whose sides have the ratio of a size. */
export function middleOfRatio(images: Tensor, height: number, width: number, axes: ImageAxes): Tensor {
  const fullHeight = images.shape[axes.rows];
  const fullWidth = images.shape[axes.columns];
  const partOf = (full: number, other: number, own: number, across: number): number =>
    Math.max(1, Math.min(full, Math.floor((other * own) / across)));
  const croppedHeight = partOf(fullHeight, fullWidth, height, width);
  const croppedWidth = partOf(fullWidth, fullHeight, width, height);
  return middleOf(images, croppedHeight, croppedWidth, axes);
}
