import type { KindsOf } from '@manabi/errors';
import { formatShape, isFloat, ManabiError } from '@manabi/ir';
import { optionsOf } from '../functions/argument-kinds.ts';
import { abs, add, clip, div, maximum, minimum, mod, mul, sub } from '../functions/arithmetic.ts';
import { astype } from '../functions/cast.ts';
import { equal, greater, less, where } from '../functions/comparison.ts';
import { split, stack } from '../functions/join.ts';
import { asTensor, type TensorLike } from '../functions/operand.ts';
import { expandDims, squeeze } from '../functions/shape.ts';
import type { Tensor } from '../tensor.ts';
import { channelAxis, checkRank, type ImageFormat, type ImageOptions, imageKinds } from './image-options.ts';

const kinds = { ...imageKinds } satisfies KindsOf<ImageOptions>;

/** Smallest magnitude of a color; smaller ones count as 0. float32 epsilon, as in Keras. */
const EPSILON = 2 ** -23;

/**
 * Converts RGB images to one channel of gray, `0.2989 R + 0.587 G + 0.114 B`. Images with one channel are returned
 * unchanged, and integers are rounded down.
 *
 * @throws ManabiError `shape` unless the images have 3 or 4 axes and 1 or 3 channels
 * @example
 * ```ts
 * import { image, tensor } from 'manabi';
 *
 * console.log(await image.rgbToGrayscale(tensor([[[100, 0, 0]]])).array()); // [[[29.89]]]
 * ```
 */
export function rgbToGrayscale(images: TensorLike, options?: ImageOptions): Tensor {
  const { dataFormat } = optionsOf('image.rgbToGrayscale', options, kinds);
  const value = asTensor('image.rgbToGrayscale', images);
  checkRank('rgbToGrayscale', value);
  const axis = channelAxis(dataFormat);
  if (value.shape.at(axis) === 1) return value;
  const [red, green, blue] = channelsOf('rgbToGrayscale', value, dataFormat).map((channel) =>
    isFloat(value.dtype) ? channel : astype(channel, 'float32'),
  );
  const gray = add(add(mul(red, 0.2989), mul(green, 0.587)), mul(blue, 0.114));
  return astype(expandDims(gray, axis), value.dtype);
}

/**
 * Converts RGB images with values in [0, 1] to hue, saturation and value, each in [0, 1].
 *
 * @throws ManabiError `shape` unless the images have 3 or 4 axes and 3 channels; `dtype` unless they are floats
 * @example
 * ```ts
 * import { image, tensor } from 'manabi';
 *
 * console.log(await image.rgbToHsv(tensor([[[0, 0.5, 0]]])).array()); // [[[0.3333, 1, 0.5]]]
 * ```
 */
export function rgbToHsv(images: TensorLike, options?: ImageOptions): Tensor {
  const { dataFormat } = optionsOf('image.rgbToHsv', options, kinds);
  const value = floatImages('rgbToHsv', images);
  const [red, green, blue] = channelsOf('rgbToHsv', where(less(abs(value), EPSILON), 0, value), dataFormat);
  const most = maximum(maximum(red, green), blue);
  const range = sub(most, minimum(minimum(red, green), blue));
  const [isColored, isLit] = [greater(range, 0), greater(most, 0)];
  const saturation = where(isLit, div(range, where(isLit, most, 1)), 0);
  const norm = div(1, mul(where(isColored, range, 1), 6));
  const fromGreen = add(mul(norm, sub(blue, red)), 2 / 6);
  const fromBlue = add(mul(norm, sub(red, green)), 4 / 6);
  const hue = where(equal(most, red), mul(norm, sub(green, blue)), where(equal(most, green), fromGreen, fromBlue));
  const positive = where(isColored, add(hue, astype(less(hue, 0), hue.dtype)), 0);
  return stack([positive, saturation, most], channelAxis(dataFormat));
}

/**
 * Converts images of hue, saturation and value in [0, 1] to RGB.
 *
 * @throws ManabiError `shape` unless the images have 3 or 4 axes and 3 channels; `dtype` unless they are floats
 * @example
 * ```ts
 * import { image, tensor } from 'manabi';
 *
 * console.log(await image.hsvToRgb(tensor([[[0.5, 1, 0.5]]])).array()); // [[[0, 0.5, 0.5]]]
 * ```
 */
export function hsvToRgb(images: TensorLike, options?: ImageOptions): Tensor {
  const { dataFormat } = optionsOf('image.hsvToRgb', options, kinds);
  const [hue, saturation, value] = channelsOf('hsvToRgb', floatImages('hsvToRgb', images), dataFormat);
  const angle = mul(mod(hue, 1), 6);
  const red = clip(sub(abs(sub(angle, 3)), 1), 0, 1);
  const green = clip(sub(2, abs(sub(angle, 2))), 0, 1);
  const blue = clip(sub(2, abs(sub(angle, 4))), 0, 1);
  const gray = sub(1, saturation);
  const channels = [red, green, blue].map((share) => mul(value, add(gray, mul(saturation, share))));
  return stack(channels, channelAxis(dataFormat));
}

function floatImages(op: string, images: TensorLike): Tensor {
  const value = asTensor(`image.${op}`, images);
  checkRank(op, value);
  if (isFloat(value.dtype)) return value;
  throw new ManabiError(
    'dtype',
    `Images must be floats in [0, 1]; got ${value.dtype}. Convert them first: div(astype(images, 'float32'), 255).`,
    { op: `image.${op}`, data: { dtype: value.dtype } },
  );
}

function channelsOf(op: string, images: Tensor, format: ImageFormat): readonly Tensor[] {
  const axis = channelAxis(format);
  if (images.shape.at(axis) === 3) return split(images, 3, axis).map((channel) => squeeze(channel, axis));
  throw new ManabiError(
    'shape',
    `Images must have 3 channels; got shape ${formatShape(images.shape)} with \`dataFormat\` '${format}'.`,
    { op: `image.${op}`, data: { shape: images.shape, dataFormat: format } },
  );
}
