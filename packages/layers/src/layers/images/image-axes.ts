import { slice, type Tensor } from '@manabi/core';
import type { DataFormat } from './data-format.ts';

/** Positions of the axes of rows and columns, in a batch of images or a single image. */
export interface ImageAxes {
  readonly rows: number;
  readonly columns: number;
}

/** Returns the positions of the axes of rows and columns in a batch of images or in a single image. */
export function imageAxes({ rank }: Pick<Tensor, 'rank'>, dataFormat: DataFormat): ImageAxes {
  return dataFormat === 'channelsLast' ? { rows: rank - 3, columns: rank - 2 } : { rows: rank - 2, columns: rank - 1 };
}

/**
 * Crops images to their center. If the number of rows or columns to remove is odd, the extra one is removed at the end.
 */
export function middleOf(images: Tensor, height: number, width: number, { rows, columns }: ImageAxes): Tensor {
  const size = images.shape.with(rows, height).with(columns, width);
  const start = images.shape.map((length, axis) => Math.floor((length - size[axis]) / 2));
  return slice(images, start, size);
}

/** Crops images to the largest centered region with the aspect ratio of `height` and `width`. */
export function middleOfRatio(images: Tensor, height: number, width: number, axes: ImageAxes): Tensor {
  const fullHeight = images.shape[axes.rows];
  const fullWidth = images.shape[axes.columns];
  const partOf = (full: number, other: number, own: number, across: number): number =>
    Math.max(1, Math.min(full, Math.floor((other * own) / across)));
  const croppedHeight = partOf(fullHeight, fullWidth, height, width);
  const croppedWidth = partOf(fullWidth, fullHeight, width, height);
  return middleOf(images, croppedHeight, croppedWidth, axes);
}
