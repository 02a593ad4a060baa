import { type KindsOf, wrongArgument } from '@manabi/errors';
import { formatShape, ManabiError } from '@manabi/ir';
import { optionsOf } from '../functions/argument-kinds.ts';
import { add, div, mul } from '../functions/arithmetic.ts';
import { astype } from '../functions/cast.ts';
import { type ArrayLike, arange, tensor } from '../functions/creation.ts';
import { index } from '../functions/index-by.ts';
import { asTensor, type TensorLike } from '../functions/operand.ts';
import { reshape } from '../functions/shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { type ImageOptions, imageKinds, inBatches } from './image-options.ts';
import { type SamplingOptions, sample, samplingKinds } from './sampling.ts';

/** Options of `affineTransform`. */
export interface AffineTransformOptions extends SamplingOptions, ImageOptions {}

const kinds = { ...samplingKinds, ...imageKinds } satisfies KindsOf<AffineTransformOptions>;

/** One transform, or one per image. */
export type Transforms = Tensor | readonly ArrayLike[];

/**
 * Transforms images by 8 numbers `[a0, a1, a2, b0, b1, b2, c0, c1]` each (Keras `affine_transform`): the pixel at column
 * x and row y of the result shows the position `((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k)` of the original, with
 * `k = c0 x + c1 y + 1`. Transforms of 6 numbers, without c0 and c1, have k = 1. Integer images keep their dtype.
 *
 * @param transforms numbers [6] or [8] for all images, or [batch, 6] or [batch, 8]
 * @throws ManabiError `shape` unless the images have 3 or 4 axes and the transforms match them; `argument` for invalid
 * options
 * @example
 * ```ts
 * import { image, ravel, reshape, tensor } from 'manabi';
 *
 * const row = reshape(tensor([1, 2, 3]), [1, 3, 1]);
 * console.log(await ravel(image.affineTransform(row, [1, 0, -1, 0, 1, 0])).array()); // [0, 1, 2]
 * ```
 */
export function affineTransform(images: TensorLike, transforms: Transforms, options?: AffineTransformOptions): Tensor {
  const { dataFormat, ...sampling } = optionsOf('image.affineTransform', options, kinds);
  const numbers = numbersOf('affineTransform', 'transforms', transforms);
  return inBatches('affineTransform', asTensor('image.affineTransform', images), dataFormat, (batch) => {
    const [count, height, width] = batch.shape;
    const rows = transformRows(numbers, count);
    const at = (column: number): Tensor => reshape(index(rows, [], column), [rows.shape[0], 1, 1]);
    const { x, y } = pixelGrid(height, width);
    const along = (first: number): Tensor => add(add(mul(x, at(first)), mul(y, at(first + 1))), at(first + 2));
    const [columns, lines] = [along(0), along(3)];
    if (rows.shape[1] === 6) return sampleImages(batch, lines, columns, sampling);
    const k = add(add(mul(x, at(6)), mul(y, at(7))), 1);
    return sampleImages(batch, div(lines, k), div(columns, k), sampling);
  });
}

/** Converts nested arrays or a tensor to float32. */
export function numbersOf(op: string, name: string, given: Transforms): Tensor {
  if (isTensor(given)) return astype(given, 'float32');
  if (Array.isArray(given)) return tensor(given, { dtype: 'float32' });
  throw wrongArgument({ op: `image.${op}`, name }, 'a tensor or an array of numbers', given);
}

function transformRows(transforms: Tensor, count: number): Tensor {
  const { rank, shape } = transforms;
  const numbers = shape[rank - 1];
  const isOne = rank === 1 || (rank === 2 && shape[0] === 1);
  if ((isOne || (rank === 2 && shape[0] === count)) && (numbers === 6 || numbers === 8)) {
    return reshape(transforms, [isOne ? 1 : count, numbers]);
  }
  throw new ManabiError(
    'shape',
    `Transforms of ${count} images must have shape [6], [8], [${count}, 6] or [${count}, 8]; got ${formatShape(shape)}.`,
    { op: 'image.affineTransform', data: { shape, count } },
  );
}

/** Column and row of each pixel, as float32 tensors that broadcast to [batch, height, width]. */
function pixelGrid(height: number, width: number): { readonly x: Tensor; readonly y: Tensor } {
  const steps = (count: number): Tensor => arange(0, count, 1, { dtype: 'float32' });
  return { x: reshape(steps(width), [1, 1, width]), y: reshape(steps(height), [1, height, 1]) };
}

/** Reads the images of a batch [batch, height, width, channels] at positions [batch or 1, height, width]. */
export function sampleImages(batch: Tensor, y: Tensor, x: Tensor, options: Required<SamplingOptions>): Tensor {
  const [count, height, width, channels] = batch.shape;
  const first = reshape(mul(arange(0, count, 1, { dtype: 'int32' }), height * width), [count, 1, 1]);
  return sample(
    reshape(batch, [count * height * width, channels]),
    first,
    [
      { position: y, length: height },
      { position: x, length: width },
    ],
    options,
  );
}
