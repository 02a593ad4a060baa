import {
  checked,
  eachOf,
  integer,
  type Kind,
  type KindsOf,
  kind,
  number,
  optional,
  wrongArgument,
} from '@manabi/errors';
import { isFloat } from '@manabi/ir';
import { optionsOf } from '../functions/argument-kinds.ts';
import { div, mul, square, sub } from '../functions/arithmetic.ts';
import { astype } from '../functions/cast.ts';
import { conv } from '../functions/convolution.ts';
import { arange } from '../functions/creation.ts';
import { exp } from '../functions/exponential.ts';
import { asTensor, type TensorLike } from '../functions/operand.ts';
import { sum } from '../functions/reduce.ts';
import { round } from '../functions/rounding.ts';
import { moveaxis, reshape } from '../functions/shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import { type ImageOptions, imageKinds, inBatches } from './image-options.ts';

/** Options of `gaussianBlur`. */
export interface GaussianBlurOptions extends ImageOptions {
  /** Width and height of the kernel, odd numbers: one number, or `[width, height]`. Default: 3. */
  readonly kernelSize?: number | readonly number[];
  /**
   * Standard deviation in pixels along the rows and along the columns: one number or scalar tensor, or an array `[x, y]`
   * of them. Default: 1.
   */
  readonly sigma?: number | Tensor | readonly (number | Tensor)[];
}

const oddLength = checked(integer({ min: 1, max: 65535 }), (length, location) => {
  if (length % 2 === 0) throw wrongArgument(location, 'an odd number', length);
});

const sigmaKind: Kind<number | Tensor> = kind(
  'a positive number or a scalar tensor',
  (given): given is number | Tensor => (isTensor(given) ? given.rank === 0 : number({ above: 0 }).accepts(given)),
);

const kinds = {
  ...imageKinds,
  kernelSize: optional(eachOf(oddLength, 2), 3),
  sigma: optional(eachOf(sigmaKind, 2), 1),
} satisfies KindsOf<GaussianBlurOptions>;

/**
 * Blurs images by averaging the pixels around each one with the weights of a normal distribution (Keras
 * `gaussian_blur`). Pixels beyond the edges count as 0. Integer images keep their dtype.
 *
 * @throws ManabiError `shape` unless the images have 3 or 4 axes; `argument` for invalid options
 * @example
 * ```ts
 * import { image, ones, pad } from 'manabi';
 *
 * const dot = pad(ones([1, 1, 1]), [[1, 1], [1, 1], [0, 0]]);
 * const result = image.gaussianBlur(dot, { sigma: 0.1 });
 * console.log(await result.array()); // [[[0], [0], [0]], [[0], [1], [0]], [[0], [0], [0]]]
 * ```
 */
export function gaussianBlur(images: TensorLike, options?: GaussianBlurOptions): Tensor {
  const { kernelSize, sigma, dataFormat } = optionsOf('image.gaussianBlur', options, kinds);
  const value = asTensor('image.gaussianBlur', images);
  const dtype = value.dtype === 'float64' ? 'float64' : 'float32';
  const [alongX, alongY] = kernelSize.map((length, i) => astype(gaussian(length, sigma[i]), dtype));
  return inBatches('gaussianBlur', value, dataFormat, (batch) => {
    const [count, height, width, channels] = batch.shape;
    const planes = reshape(moveaxis(astype(batch, dtype), -1, 1), [count * channels, 1, height, width]);
    const inRows = conv(planes, reshape(alongX, [1, 1, 1, kernelSize[0]]), { padding: 'same' });
    const blurred = conv(inRows, reshape(alongY, [1, 1, kernelSize[1], 1]), { padding: 'same' });
    const result = moveaxis(reshape(blurred, [count, channels, height, width]), 1, -1);
    return astype(isFloat(value.dtype) ? result : round(result), value.dtype);
  });
}

/** Weights of a normal distribution around the middle of `length` positions, with the sum 1. */
function gaussian(length: number, sigma: number | Tensor): Tensor {
  const distance = sub(arange(0, length, 1, { dtype: 'float32' }), (length - 1) / 2);
  const weights = exp(mul(square(div(distance, isTensor(sigma) ? astype(sigma, 'float32') : sigma)), -0.5));
  return div(weights, sum(weights));
}
