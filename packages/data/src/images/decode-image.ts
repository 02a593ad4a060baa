import {
  anyOf,
  boolean,
  type KindsOf,
  kind,
  optional,
  readArgument,
  readOptions,
  signal as signalKind,
  text,
} from '@manabi/errors';
import { FileError, type FileSource, nameOf, readBytes } from '@manabi/files';
import { type HostArray, hostArray } from '@manabi/ir';
import type { DecodeRequest } from './decode-request.ts';
import { imageFacts } from './image-format.ts';
import { type ImageChannels, type Pixels, withChannels } from './pixels.ts';

/** Options of `decodeImage`. */
export interface DecodeImageOptions {
  /** Channels of the result: 1 for grey, 3 for RGB (default), 4 for RGBA. */
  readonly channels?: ImageChannels;
  /**
   * Whether to turn the image upright as its EXIF orientation says; true by default. Keras and PIL do not turn images: pass
   * false to obtain the same pixels.
   */
  readonly exifOrientation?: boolean;
  /** Name of the image for messages; by default that of the source, which bytes do not have. */
  readonly name?: string;
  /** Signal that aborts the reading with a FileError `aborted`. */
  readonly signal?: AbortSignal;
}

/** Validator for numbers of channels. */
export const channelsKind = kind(
  '1, 3 or 4',
  (given): given is ImageChannels => given === 1 || given === 3 || given === 4,
);

const kinds = {
  channels: optional(channelsKind, 3),
  exifOrientation: optional(boolean, true),
  name: optional(text),
  signal: optional(signalKind),
} satisfies KindsOf<DecodeImageOptions>;

/** Validator for images: a file source or the bytes of a file. */
const imageSourceKind = anyOf(
  kind(
    'a path, a URL, a blob',
    (given): given is FileSource => typeof given === 'string' || given instanceof URL || given instanceof Blob,
  ),
  kind('a Uint8Array', (given): given is Uint8Array<ArrayBuffer> => given instanceof Uint8Array),
);

/**
 * Decodes an image file: PNG, JPEG, WebP, GIF (the first frame), and whatever else the decoder of the platform reads. Colour
 * profiles are ignored, as in TensorFlow and PIL, and colours of 16 bits are reduced to 8. An alpha channel is
 * dropped, not blended, unless `channels` is 4.
 *
 * Node needs the package `sharp`, an optional peer dependency. Pages and workers use the decoder of the browser, whose canvas
 * turns fully transparent pixels black, and whose JPEG decoder may differ from that of `sharp` by one or two levels.
 *
 * @param source path, URL, blob (such as the `File` of an upload) or bytes
 * @returns uint8 `[height, width, channels]`
 * @throws FileError `corrupt` for a file that is damaged, cut off or not an image, with its name in `data.source`;
 * `unsupported` for an image that the platform cannot decode; all errors of `readBytes`. ManabiError `argument` in Node
 * without `sharp`
 * @example
 * ```ts
 * import { decodeImage, encodeImage, hostArray } from 'manabi';
 *
 * const red = hostArray('uint8', [2, 3, 3], Uint8Array.from({ length: 18 }, (_, i) => (i % 3 === 0 ? 255 : 0)));
 * const image = await decodeImage(await encodeImage(red, { format: 'png' }));
 * console.log(image.shape); // [2, 3, 3]
 * console.log(image.data[0]); // 255
 * ```
 */
export async function decodeImage(
  source: FileSource | Uint8Array<ArrayBuffer>,
  options: DecodeImageOptions = {},
): Promise<HostArray> {
  const { channels, exifOrientation, signal, ...naming } = readOptions('decodeImage', options, kinds);
  readArgument('decodeImage', 'source', source, imageSourceKind);
  const isBytes = source instanceof Uint8Array;
  const name = naming.name ?? (isBytes ? `an image of ${source.length} bytes` : nameOf(source));
  const bytes = isBytes ? source : await readBytes(source, { signal });
  const facts = imageFacts(bytes);
  if (facts === null) {
    throw new FileError(
      'corrupt',
      `Cannot decode ${name}: it is not an image in a known format. Use a PNG, JPEG, WebP or GIF file.`,
      { data: { source: name } },
    );
  }
  if (!facts.isComplete) {
    throw new FileError('corrupt', `Cannot decode ${name}: the ${facts.format} file is cut off. Copy it again.`, {
      data: { source: name, format: facts.format },
    });
  }
  const decode = await platformDecoder();
  const pixels = await decode({ bytes, facts, name, exifOrientation });
  return hostArray('uint8', [pixels.height, pixels.width, channels], withChannels(pixels, channels));
}

/** Returns whether the platform decodes images itself, as pages and workers do. */
export function hasPageDecoder(): boolean {
  return typeof createImageBitmap === 'function' && typeof OffscreenCanvas === 'function';
}

type Decoder = (request: DecodeRequest) => Promise<Pixels>;

let decoder: Promise<Decoder> | undefined;

/** Loads the code that decodes images on this platform on first use. An import for each image would take longer. */
function platformDecoder(): Promise<Decoder> {
  decoder ??= (
    hasPageDecoder()
      ? import('./decode-page.ts').then(({ decodeInPage }) => decodeInPage)
      : import('./sharp.ts').then(({ decodeWithSharp }) => decodeWithSharp)
  ).catch((error: unknown) => {
    decoder = undefined;
    throw error;
  });
  return decoder;
}
