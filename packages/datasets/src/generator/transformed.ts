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

/** Transforms an image, in the order of Keras. */
export function transformed(
  image: FloatImage,
  parameters: TransformParameters,
  { fillMode, cval, interpolationOrder, compat }: GeneratorSettings,
): FloatImage {
  const { channelShiftIntensity, brightness, flipHorizontal, flipVertical } = parameters;
  let result = applyAffine(image, parameters, { fillMode, cval, order: interpolationOrder }, compat === 'keras');
  if (channelShiftIntensity !== null) result = shiftChannels(result, channelShiftIntensity);
  if (flipHorizontal || flipVertical) result = flipped(result, flipHorizontal, flipVertical);
  return brightness === null ? result : changeBrightness(result, brightness);
}

function flipped(
  { height, width, channels, data }: FloatImage,
  isMirrored: boolean,
  isUpsideDown: boolean,
): FloatImage {
  const out = new Float32Array(data.length);
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to += channels) {
      const [y, x] = [isUpsideDown ? height - 1 - row : row, isMirrored ? width - 1 - column : column];
      const from = (y * width + x) * channels;
      for (let channel = 0; channel < channels; channel++) out[to + channel] = data[from + channel];
    }
  }
  return { height, width, channels, data: out };
}
