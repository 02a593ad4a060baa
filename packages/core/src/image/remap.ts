import type { KindsOf } from '@manabi/errors';
import { formatShape, ManabiError } from '@manabi/ir';
import { optionsOf } from '../functions/argument-kinds.ts';
import { asTensor, type TensorLike } from '../functions/operand.ts';
import { reshape } from '../functions/shape.ts';
import type { Tensor } from '../tensor.ts';
import { numbersOf, sampleImages, type Transforms } from './affine-transform.ts';
import { type ImageOptions, imageKinds, inBatches } from './image-options.ts';
import { type SamplingOptions, samplingKinds } from './sampling.ts';

/** Options of `remap`. */
export interface RemapOptions extends SamplingOptions, ImageOptions {}

const kinds = { ...samplingKinds, ...imageKinds } satisfies KindsOf<RemapOptions>;

/**
 * Reads images at the given position for each pixel of the result (OpenCV `remap`). All channels share the positions.
 *
 * @param x columns of the positions: [rows, columns] for all images, or [batch, rows, columns]
 * @param y rows of the positions, of the same shape
 * @throws ManabiError `shape` unless the images have 3 or 4 axes and the positions match them; `argument` for invalid
 * options
 * @example
 * ```ts
 * import { image, ravel, reshape, tensor } from 'manabi';
 *
 * const row = reshape(tensor([1, 2, 3]), [1, 3, 1]);
 * console.log(await ravel(image.remap(row, [[2, 0.5]], [[0, 0]])).array()); // [3, 1.5]
 * ```
 */
export function remap(images: TensorLike, x: Transforms, y: Transforms, options?: RemapOptions): Tensor {
  const { dataFormat, ...sampling } = optionsOf('image.remap', options, kinds);
  const [columns, rows] = [numbersOf('remap', 'x', x), numbersOf('remap', 'y', y)];
  return inBatches('remap', asTensor('image.remap', images), dataFormat, (batch) => {
    const [count] = batch.shape;
    for (const { rank, shape } of [columns, rows]) {
      const fits = rank === 2 || (rank === 3 && (shape[0] === count || shape[0] === 1));
      if (fits && formatShape(shape) === formatShape(columns.shape)) continue;
      throw new ManabiError(
        'shape',
        `Positions must have shape [rows, columns] or [${count}, rows, columns], x and y alike; got ` +
          `${formatShape(columns.shape)} and ${formatShape(rows.shape)}.`,
        { op: 'image.remap', data: { x: columns.shape, y: rows.shape, count } },
      );
    }
    const perImage = (positions: Tensor): Tensor =>
      positions.rank === 2 ? reshape(positions, [1, ...positions.shape]) : positions;
    return sampleImages(batch, perImage(rows), perImage(columns), sampling);
  });
}
