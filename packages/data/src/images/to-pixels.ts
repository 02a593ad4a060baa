import { type KindsOf, kind, listOf, ManabiError, number, optional, readOptions } from '@manabi/errors';
import { checkHostArray, formatShape, type HostArray } from '@manabi/ir';
import { type Canvas, contextOf } from './canvas.ts';
import type { RgbaImage } from './from-pixels.ts';
import { checkChannels, type ImageChannels } from './pixels.ts';

/** Options of functions that convert numbers to pixels. */
export interface ValueRangeOptions {
  /** The values of black and white: `[0, 255]` by default, for every dtype. Pass `[0, 1]` for scaled pixels. */
  readonly valueRange?: readonly [black: number, white: number];
}

/** Options of `toPixels`. */
export interface ToPixelsOptions extends ValueRangeOptions {
  /** Canvas of a page to draw the image on; it gets the size of the image. */
  readonly canvas?: Canvas;
}

/** Validator for value ranges. */
export const valueRangeKind = listOf(number(), { length: 2 });

const canvasKind = kind(
  'a canvas',
  (given): given is Canvas => typeof given === 'object' && given !== null && 'getContext' in given,
);

const kinds = {
  valueRange: optional(valueRangeKind, [0, 255]),
  canvas: optional(canvasKind),
} satisfies KindsOf<ToPixelsOptions>;

/**
 * Converts an image to RGBA pixels: values are rounded, and limited to the range. Keras's `array_to_img`, in contrast, stretches
 * the values of each image to [0, 255] by default.
 *
 * @param image array of shape `[height, width]` or `[height, width, channels]` with 1, 3 or 4 channels
 * @returns an `ImageData` in pages and workers; elsewhere an object with the same fields
 * @throws ManabiError `shape` for another shape, `argument` for an empty range
 * @example
 * ```ts
 * import { hostArray, toPixels } from 'manabi';
 *
 * const { width, data } = toPixels(hostArray('float32', [1, 1, 3], Float32Array.of(0, 0.5, 2)), { valueRange: [0, 1] });
 * console.log(data); // Uint8ClampedArray [0, 128, 255, 255]
 * ```
 */
export function toPixels(image: HostArray, options: ToPixelsOptions = {}): RgbaImage {
  const op = 'toPixels';
  const { valueRange, canvas } = readOptions(op, options, kinds);
  const { width, height, channels, data } = bytesOf(op, image, valueRange);
  const rgba = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let from = 0, to = 0; to < rgba.length; from += channels, to += 4) {
    for (let channel = 0; channel < Math.max(3, channels); channel++) {
      rgba[to + channel] = data[channels === 1 ? from : from + channel];
    }
  }
  const pixels = typeof ImageData === 'function' ? new ImageData(rgba, width, height) : { width, height, data: rgba };
  if (canvas !== undefined) {
    canvas.width = width;
    canvas.height = height;
    contextOf(canvas).putImageData(pixels, 0, 0);
  }
  return pixels;
}

/** Pixels in [0, 255] with the channels of an image. */
interface ImageBytes {
  readonly width: number;
  readonly height: number;
  readonly channels: ImageChannels;
  readonly data: Uint8ClampedArray;
}

/** Converts the values of an image to bytes. */
export function bytesOf(op: string, image: HostArray, [black, white]: readonly number[]): ImageBytes {
  checkHostArray(op, image);
  const { shape, data } = image;
  if (shape.length < 2 || shape.length > 3 || shape.includes(0)) {
    throw new ManabiError(
      'shape',
      `An image must have the shape [height, width] or [height, width, channels] and at least one pixel; got ${formatShape(shape)}.`,
      { op, data: { shape } },
    );
  }
  if (black === white) {
    throw new ManabiError('argument', `\`valueRange\` must have two different values; got [${black}, ${white}].`, {
      op,
      data: { valueRange: [black, white] },
    });
  }
  const [height, width, channels = 1] = shape;
  const factor = 255 / (white - black);
  const bytes = new Uint8ClampedArray(data.length);
  // Clamped arrays round halves to even; pixels between two levels are rounded up instead, as by Math.round.
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor((data[i] - black) * factor + 0.5);
  return { width, height, channels: checkChannels(op, channels), data: bytes };
}
