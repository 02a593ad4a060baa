import { type KindsOf, kind, ManabiError, optional, readArgument, readOptions } from '@manabi/errors';
import { type HostArray, hostArray } from '@manabi/ir';
import { type Drawable, drawnPixels } from './canvas.ts';
import { channelsKind } from './decode-image.ts';
import { type ImageChannels, type Pixels, withChannels } from './pixels.ts';

/** RGBA pixels, row by row: an `ImageData`, or an object with the same fields where there is no `ImageData`. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer> | Uint8Array<ArrayBuffer>;
}

/** Options of `fromPixels`. */
export interface FromPixelsOptions {
  /** Channels of the result: 1 for grey, 3 for RGB (default), 4 for RGBA. */
  readonly channels?: ImageChannels;
}

const kinds = { channels: optional(channelsKind, 3) } satisfies KindsOf<FromPixelsOptions>;

/** Sources of pixels: RGBA pixels, or what a canvas can draw, such as a canvas, image, video or bitmap. */
export type PixelSource = RgbaImage | Drawable;

const sourceKind = kind(
  'an ImageData, canvas, ImageBitmap, image or video',
  (given): given is PixelSource => typeof given === 'object' && given !== null && sideOf(given, 'width') !== null,
);

/**
 * Copies the pixels of an `ImageData`, canvas, `ImageBitmap`, image element or video frame, such as one of a camera. In Node,
 * an object `{ width, height, data }` with RGBA pixels takes the place of an `ImageData`.
 *
 * @returns uint8 `[height, width, channels]`
 * @throws ManabiError `argument` for another source; `data` if the source has no pixels yet, or if the page may not read the
 * pixels of another site
 * @example
 * ```ts
 * import { fromPixels } from 'manabi';
 *
 * const data = Uint8ClampedArray.of(255, 0, 0, 255, 0, 0, 255, 255);
 * const image = fromPixels({ width: 2, height: 1, data });
 * console.log(image.shape); // [1, 2, 3]
 * console.log(image.data); // Uint8Array [255, 0, 0, 0, 0, 255]
 * ```
 */
export function fromPixels(source: PixelSource, options: FromPixelsOptions = {}): HostArray {
  const op = 'fromPixels';
  const { channels } = readOptions(op, options, kinds);
  readArgument(op, 'source', source, sourceKind);
  const { width, height, data } = pixelsOf(op, source);
  const wanted = withChannels({ width, height, channels: 4, data }, channels);
  return hostArray('uint8', [height, width, channels], channels === 4 ? wanted.slice() : wanted);
}

function pixelsOf(op: string, source: PixelSource): Omit<Pixels, 'channels'> {
  const [width, height] = [sideOf(source, 'width') ?? 0, sideOf(source, 'height') ?? 0];
  if (!(width > 0 && height > 0)) {
    throw new ManabiError(
      'data',
      `The source has no pixels: its size is ${width} by ${height}. Wait until it is loaded, such as for the event loadeddata of a video.`,
      { op, data: { width, height } },
    );
  }
  if (isRgba(source)) {
    if (source.data.length === 4 * width * height) return source;
    throw new ManabiError(
      'shape',
      `${width} by ${height} RGBA pixels need ${4 * width * height} bytes; got ${source.data.length}.`,
      { op, data: { width, height, length: source.data.length } },
    );
  }
  try {
    return drawnPixels(source, width, height);
  } catch (cause) {
    throw new ManabiError(
      'data',
      `Cannot read the pixels of the source: ${cause instanceof Error ? cause.message : String(cause)}. Images of other sites need CORS headers and the attribute crossorigin.`,
      { op, cause },
    );
  }
}

function isRgba(source: PixelSource): source is RgbaImage {
  return 'data' in source && (source.data instanceof Uint8ClampedArray || source.data instanceof Uint8Array);
}

/** Names of a source's size, the natural size of the content first: the size of an element depends on the page's layout. */
const SIDES = {
  width: ['videoWidth', 'naturalWidth', 'displayWidth', 'width'],
  height: ['videoHeight', 'naturalHeight', 'displayHeight', 'height'],
} as const;

function sideOf(source: object, side: 'width' | 'height'): number | null {
  for (const name of SIDES[side]) {
    const value: unknown = Reflect.get(source, name);
    if (typeof value === 'number') return value;
  }
  return null;
}
