import { type Kind, oneOf, optional } from '@manabi/errors';
import { formatShape, ManabiError } from '@manabi/ir';
import { moveaxis, reshape, squeeze } from '../functions/shape.ts';
import type { Tensor } from '../tensor.ts';

/** Position of the channel axis of images: last, [batch, rows, columns, channels], or before the rows. */
export type ImageFormat = 'channelsLast' | 'channelsFirst';

/** Options of functions on images. */
export interface ImageOptions {
  /** Position of the channel axis. Default: `channelsLast`. */
  readonly dataFormat?: ImageFormat;
}

/** Validators of the options of functions on images. */
export const imageKinds = {
  dataFormat: optional(oneOf('channelsLast', 'channelsFirst'), 'channelsLast') as Kind<ImageFormat>,
};

/**
 * Applies a function on batches with channels last to images of either format and rank.
 *
 * @throws ManabiError `shape` unless the images have 3 axes (one image) or 4 (a batch)
 */
export function inBatches(op: string, images: Tensor, format: ImageFormat, f: (batch: Tensor) => Tensor): Tensor {
  checkRank(op, images);
  const batch = images.rank === 3 ? reshape(images, [1, ...images.shape]) : images;
  const result = format === 'channelsLast' ? f(batch) : moveaxis(f(moveaxis(batch, 1, -1)), -1, 1);
  return images.rank === 3 ? squeeze(result, 0) : result;
}

/** Throws unless a tensor is one image or a batch of images. */
export function checkRank(op: string, { rank, shape }: Tensor): void {
  if (rank === 3 || rank === 4) return;
  throw new ManabiError(
    'shape',
    `Images must have 3 axes (one image) or 4 (a batch); got shape ${formatShape(shape)}. Add the missing axis with ` +
      'expandDims(images, axis).',
    { op: `image.${op}`, data: { shape } },
  );
}

/** Position of the channel axis, counted from the end. */
export function channelAxis(format: ImageFormat): number {
  return format === 'channelsLast' ? -1 : -3;
}
