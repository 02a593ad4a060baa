import { integer, type KindsOf, kind, ManabiError, oneOf, optional, readArgument, readOptions } from '@manabi/errors';
import { writeFileAtomic } from '@manabi/files';
import type { HostArray } from '@manabi/ir';
import { contextOf } from './canvas.ts';
import { hasPageDecoder } from './decode-image.ts';
import { bytesOf, toPixels, type ValueRangeOptions, valueRangeKind } from './to-pixels.ts';

/** Format of an image file to write. */
export type EncodedFormat = 'png' | 'jpeg' | 'webp';

/** Options of `encodeImage`. */
export interface EncodeImageOptions extends ValueRangeOptions {
  /** `png` (default, lossless), `jpeg` or `webp`. JPEG files have no alpha channel. */
  readonly format?: EncodedFormat;
  /** Quality of `jpeg` and `webp`, 1 to 100; 90 by default. */
  readonly quality?: number;
}

/** Options of `saveImage`. */
export interface SaveImageOptions extends EncodeImageOptions {
  /** Format of the file; by default that of the path's extension. */
  readonly format?: EncodedFormat;
}

const kinds = {
  format: optional(oneOf('png', 'jpeg', 'webp'), 'png'),
  quality: optional(integer({ min: 1, max: 100 })),
  valueRange: optional(valueRangeKind, [0, 255]),
} satisfies KindsOf<EncodeImageOptions>;

const saveKinds = { ...kinds, format: optional(oneOf('png', 'jpeg', 'webp')) } satisfies KindsOf<SaveImageOptions>;

const pathKind = kind(
  'a path or a file: URL',
  (given): given is string | URL => typeof given === 'string' || given instanceof URL,
);

/**
 * Encodes an image as PNG, JPEG or WebP. Values are converted to pixels as by `toPixels`.
 *
 * @param image array of shape `[height, width]` or `[height, width, channels]` with 1, 3 or 4 channels
 * @returns the bytes of the file
 * @throws ManabiError `shape` for another shape; `argument` for `quality` of a PNG, an alpha channel in a JPEG, a format that
 * the browser cannot write, and in Node without `sharp`
 * @example
 * ```ts
 * import { decodeImage, encodeImage, hostArray } from 'manabi';
 *
 * const bytes = await encodeImage(hostArray('uint8', [1, 1, 3], Uint8Array.of(255, 0, 0)), { format: 'png' });
 * console.log((await decodeImage(bytes)).data); // Uint8Array [255, 0, 0]
 * ```
 */
export async function encodeImage(
  image: HostArray,
  options: EncodeImageOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return await encode('encodeImage', image, readOptions('encodeImage', options, kinds));
}

/**
 * Writes an image to a PNG, JPEG or WebP file in Node, atomically. In pages, use `encodeImage` or `toPixels`.
 *
 * @throws FileError of `writeFileAtomic`; ManabiError `argument` if neither `format` nor the extension names a format, and
 * all errors of `encodeImage`
 * @example
 * ```ts node-only
 * import { decodeImage, hostArray, saveImage } from 'manabi';
 *
 * await saveImage('grey.png', hostArray('float32', [1, 2, 1], Float32Array.of(0, 0.5)), { valueRange: [0, 1] });
 * console.log((await decodeImage('grey.png', { channels: 1 })).data); // Uint8Array [0, 128]
 * ```
 */
export async function saveImage(path: string | URL, image: HostArray, options: SaveImageOptions = {}): Promise<void> {
  const op = 'saveImage';
  readArgument(op, 'path', path, pathKind);
  const { format = formatOf(path), ...rest } = readOptions(op, options, saveKinds);
  if (format === null) {
    throw new ManabiError(
      'argument',
      `Cannot infer the format of ${path}: expected the extension .png, .jpg, .jpeg or .webp. Rename the file, or pass \`format\`.`,
      { op, data: { path: String(path) } },
    );
  }
  await writeFileAtomic(path, await encode(op, image, { ...rest, format }));
}

const extensions: Readonly<Record<string, EncodedFormat>> = { png: 'png', jpg: 'jpeg', jpeg: 'jpeg', webp: 'webp' };

function formatOf(path: string | URL): EncodedFormat | null {
  const extension = /\.([a-z]+)$/i.exec(path instanceof URL ? path.pathname : path)?.[1].toLowerCase();
  return extensions[extension ?? ''] ?? null;
}

interface Encoding {
  readonly format: EncodedFormat;
  readonly quality: number | undefined;
  readonly valueRange: readonly number[];
}

async function encode(op: string, image: HostArray, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  const { format, quality, valueRange } = encoding;
  if (format === 'png' && quality !== undefined) {
    throw new ManabiError('argument', 'PNG files have no quality. Remove `quality`, or use the format jpeg or webp.', {
      op,
    });
  }
  const { width, height, channels, data } = bytesOf(op, image, valueRange);
  if (format === 'jpeg' && channels === 4) {
    throw new ManabiError('argument', 'JPEG files have no alpha channel. Use png or webp, or an image of 3 channels.', {
      op,
    });
  }
  if (hasPageDecoder()) return encodeInPage(op, image, encoding);
  const { loadSharp } = await import('./sharp.ts');
  const sharp = await loadSharp('encode images');
  const encoder = sharp(data, { raw: { width, height, channels } });
  const encoded = await encoder.toFormat(format, format === 'png' ? {} : { quality: quality ?? 90 }).toBuffer();
  return Uint8Array.from(encoded);
}

async function encodeInPage(
  op: string,
  image: HostArray,
  { format, quality, valueRange: [black, white] }: Encoding,
): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, data } = toPixels(image, { valueRange: [black, white] });
  const canvas = new OffscreenCanvas(width, height);
  contextOf(canvas).putImageData(new ImageData(Uint8ClampedArray.from(data), width, height), 0, 0);
  const type = `image/${format}`;
  const blob = await canvas.convertToBlob({ type, quality: (quality ?? 90) / 100 });
  if (blob.type !== type) {
    throw new ManabiError('argument', `This browser cannot write ${format} files. Use the format png.`, {
      op,
      data: { format },
    });
  }
  return new Uint8Array(await blob.arrayBuffer());
}
