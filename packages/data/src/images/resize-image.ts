import {
  boolean,
  eachOf,
  type KindsOf,
  ManabiError,
  oneOf,
  optional,
  positiveInteger,
  readArgument,
  readOptions,
} from '@manabi/errors';
import { checkHostArray, dtypes, formatShape, type HostArray, hostArray, type Shape } from '@manabi/ir';
import { type Interpolation, interpolations } from './interpolation.ts';
import { resizeRegion } from './resize-pixels.ts';

/** Height and width of an image in pixels; one number for both. */
export type ImageSize = number | readonly [height: number, width: number];

/** Options of `resizeImage`. */
export interface ResizeImageOptions {
  /** `bilinear` by default. All interpolations except `nearest` return float32. */
  readonly interpolation?: Interpolation;
  /**
   * Whether to widen the filter when the image gets smaller, so that all pixels contribute; false by default, as in
   * TensorFlow and Keras. PIL always does so. `nearest` and `area` ignore it.
   */
  readonly antialias?: boolean;
  /**
   * Whether to keep the aspect ratio by resizing the largest centred part of the image that has the ratio of the new size;
   * false by default. As Keras's `smart_resize`.
   */
  readonly cropToAspectRatio?: boolean;
  /**
   * Whether to keep the aspect ratio by surrounding the resized image with zeros; false by default. As
   * `tf.image.resize_with_pad`.
   */
  readonly padToAspectRatio?: boolean;
}

/** Validator for image sizes. */
const sizeKind = eachOf(positiveInteger, 2);

/** Validator for interpolations. */
const interpolationKind = oneOf(...interpolations);

const kinds = {
  interpolation: optional(interpolationKind, 'bilinear'),
  antialias: optional(boolean, false),
  cropToAspectRatio: optional(boolean, false),
  padToAspectRatio: optional(boolean, false),
} satisfies KindsOf<ResizeImageOptions>;

/**
 * Resizes an image, or each image of a batch, with the conventions of `tf.image.resize` and Keras: pixels have their centre at
 * half positions, and `bilinear` and `bicubic` do not antialias by default.
 *
 * @param image array of shape `[height, width, channels]` or `[batch, height, width, channels]`
 * @param size new height and width
 * @returns array of the new size; float32, or the dtype of the image for `nearest`
 * @throws ManabiError `shape` for another rank or an empty image, `argument` if both `cropToAspectRatio` and
 * `padToAspectRatio` are set
 * @example
 * ```ts
 * import { hostArray, resizeImage } from 'manabi';
 *
 * const row = hostArray('uint8', [1, 2, 1], Uint8Array.of(0, 100));
 * console.log(resizeImage(row, [1, 4]).data); // Float32Array [0, 25, 75, 100]
 * ```
 */
export function resizeImage(image: HostArray, size: ImageSize, options: ResizeImageOptions = {}): HostArray {
  const op = 'resizeImage';
  const { interpolation, antialias, cropToAspectRatio, padToAspectRatio } = readOptions(op, options, kinds);
  checkHostArray(op, image);
  const [toHeight, toWidth] = readArgument(op, 'size', size, sizeKind);
  if (cropToAspectRatio && padToAspectRatio) {
    throw new ManabiError('argument', 'Set only one of `cropToAspectRatio` and `padToAspectRatio`.', { op });
  }
  const [batch, height, width, channels] = batchShape(op, image.shape);
  const crop = cropToAspectRatio ? cropBox(height, width, toHeight, toWidth) : { top: 0, left: 0, height, width };
  const box = padToAspectRatio
    ? padBox(height, width, toHeight, toWidth)
    : { top: 0, left: 0, height: toHeight, width: toWidth };
  const dtype = interpolation === 'nearest' ? image.dtype : 'float32';
  const rest = [toHeight, toWidth, channels];
  const data = dtypes[dtype].create(batch * toHeight * toWidth * channels);
  for (let i = 0; i < batch; i++) {
    const [from, to] = [i * height * width * channels, i * toHeight * toWidth * channels];
    resizeRegion(
      {
        data: image.data,
        start: from + (crop.top * width + crop.left) * channels,
        stride: width * channels,
        height: crop.height,
        width: crop.width,
        channels,
      },
      {
        data,
        start: to + (box.top * toWidth + box.left) * channels,
        stride: toWidth * channels,
        height: box.height,
        width: box.width,
      },
      interpolation,
      antialias,
    );
  }
  return hostArray(dtype, image.shape.length === 4 ? [batch, ...rest] : rest, data);
}

function batchShape(op: string, shape: Shape): readonly [number, number, number, number] {
  const [batch, height, width, channels] = shape.length === 3 ? [1, ...shape] : shape;
  if ((shape.length === 3 || shape.length === 4) && height > 0 && width > 0) return [batch, height, width, channels];
  throw new ManabiError(
    'shape',
    `Images must have the shape [height, width, channels] or [batch, height, width, channels] and at least one pixel; got ${formatShape(shape)}.`,
    { op, data: { shape } },
  );
}

interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Returns the part of an image that Keras's `smart_resize` keeps, with its arithmetic in float32. */
function cropBox(height: number, width: number, toHeight: number, toWidth: number): Box {
  const part = (length: number, product: number, divisor: number) =>
    Math.max(1, Math.min(length, Math.trunc(Math.fround(Math.fround(product) / divisor))));
  const [cropHeight, cropWidth] = [part(height, width * toHeight, toWidth), part(width, height * toWidth, toHeight)];
  return {
    top: Math.trunc((height - cropHeight) / 2),
    left: Math.trunc((width - cropWidth) / 2),
    height: cropHeight,
    width: cropWidth,
  };
}

/** Returns where `tf.image.resize_with_pad` puts the resized image, with its arithmetic in float32. */
function padBox(height: number, width: number, toHeight: number, toWidth: number): Box {
  const { fround } = Math;
  const ratio = Math.max(fround(width / toWidth), fround(height / toHeight));
  const [exactHeight, exactWidth] = [fround(height / ratio), fround(width / ratio)];
  return {
    top: Math.max(0, Math.floor((toHeight - exactHeight) / 2)),
    left: Math.max(0, Math.floor((toWidth - exactWidth) / 2)),
    height: Math.max(1, Math.floor(exactHeight)),
    width: Math.max(1, Math.floor(exactWidth)),
  };
}
