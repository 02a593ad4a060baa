import { boolean, type KindsOf, nullable, number, optional, readOptions } from '@manabi/errors';
import { applyAffine, type FloatImage } from './affine.ts';
import { changeBrightness, shiftChannels } from './brightness.ts';
import type { GeneratorSettings } from './generator-options.ts';
import { identity, type TransformParameters } from './random-transform.ts';

const kinds = {
  theta: optional(number(), identity.theta),
  tx: optional(number(), identity.tx),
  ty: optional(number(), identity.ty),
  shear: optional(number(), identity.shear),
  zx: optional(number(), identity.zx),
  zy: optional(number(), identity.zy),
  flipHorizontal: optional(boolean, identity.flipHorizontal),
  flipVertical: optional(boolean, identity.flipVertical),
  channelShiftIntensity: optional(nullable(number()), identity.channelShiftIntensity),
  brightness: optional(nullable(number({ min: 0 })), identity.brightness),
} satisfies KindsOf<TransformParameters>;

/** Checks a transformation that a user passes, and adds the parts that change nothing. */
export function readTransform(op: string, given: Partial<TransformParameters>): TransformParameters {
  return readOptions(op, given, kinds);
}

/**
 * Transforms an image, in the order of Keras, and overwrites its pixels.
 *
 * @param out memory that the result may use
 * @returns the result, in the memory of the image or in `out`
 */
export function transformed(
  image: FloatImage,
  parameters: TransformParameters,
  { fillMode, cval, interpolationOrder, compat }: GeneratorSettings,
  out?: Float32Array,
): FloatImage {
  const { channelShiftIntensity, brightness, flipHorizontal, flipVertical } = parameters;
  const sampling = { fillMode, cval, order: interpolationOrder };
  const result = applyAffine(image, parameters, sampling, compat === 'keras', out);
  if (channelShiftIntensity !== null) shiftChannels(result, channelShiftIntensity);
  if (flipHorizontal) mirror(result);
  if (flipVertical) turnUpsideDown(result);
  if (brightness !== null) changeBrightness(result, brightness);
  return result;
}

/** Exchanges the columns of an image. */
function mirror({ height, width, channels, data }: FloatImage): void {
  for (let row = 0; row < height; row++) {
    let left = row * width * channels;
    let right = left + (width - 1) * channels;
    for (; left < right; left += channels, right -= channels) {
      for (let channel = 0; channel < channels; channel++) {
        const value = data[left + channel];
        data[left + channel] = data[right + channel];
        data[right + channel] = value;
      }
    }
  }
}

/** Exchanges the rows of an image. */
function turnUpsideDown({ height, width, channels, data }: FloatImage): void {
  const length = width * channels;
  for (let upper = 0, lower = (height - 1) * length; upper < lower; upper += length, lower -= length) {
    const row = data.slice(upper, upper + length);
    data.copyWithin(upper, lower, lower + length);
    data.set(row, lower);
  }
}
