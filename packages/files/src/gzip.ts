import {
  count,
  type KindsOf,
  type OptionValues,
  oneOf,
  optional,
  readArgument,
  readOptions,
  signal,
  text,
} from '@manabi/errors';
import { FileError, systemCode } from './file-error.ts';
import type { ByteStream } from './kinds.ts';
import { bytesKind, limitKind, streamKind } from './kinds.ts';
import { type CollectOptions, chunksOf, collectBytes, tooLargeError } from './stream.ts';

/** Compression format: `gzip` (RFC 1952), `deflate` (zlib, RFC 1950) or `deflate-raw` (RFC 1951, as in ZIP files). */
export type CompressionFormat = 'gzip' | 'deflate' | 'deflate-raw';

/** Options of `decompress` and `decompressStream`. */
export interface DecompressOptions extends Pick<CollectOptions, 'maxBytes' | 'expectedBytes' | 'signal' | 'name'> {
  /** Format of the compressed bytes (default `gzip`). */
  readonly format?: CompressionFormat;
}

const formatKind = oneOf('gzip', 'deflate', 'deflate-raw');

const kinds = {
  format: optional(formatKind, 'gzip'),
  maxBytes: optional(limitKind, Number.POSITIVE_INFINITY),
  expectedBytes: optional(count),
  signal: optional(signal),
  name: optional(text, 'the stream'),
} satisfies KindsOf<DecompressOptions>;

/**
 * Returns whether an array of bytes starts with the signature of a gzip file.
 *
 * @example
 * ```ts
 * import { compress, isGzip } from '@manabi/files';
 *
 * console.log(isGzip(await compress(new Uint8Array(10)))); // true
 * console.log(isGzip(new Uint8Array(10))); // false
 * ```
 */
export function isGzip(bytes: Uint8Array): boolean {
  readArgument('isGzip', 'bytes', bytes, bytesKind);
  return bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/**
 * Decompresses a stream. `maxBytes` limits the decompressed size, because a few kilobytes can expand to gigabytes.
 *
 * @throws FileError while the stream is read: `truncated` if the compressed data ends early; `corrupt` if it is
 * damaged, has another format, or is followed by further bytes; `tooLarge` for more than `maxBytes`. From the call
 * itself: `unsupported` for `deflate-raw` before Node 20.12
 * @example
 * ```ts node-only
 * import { collectBytes, compress, decompressStream, openStream, writeFileAtomic } from '@manabi/files';
 *
 * await writeFileAtomic('labels.gz', await compress(Uint8Array.of(1, 2, 3)));
 * const labels = decompressStream(await openStream('labels.gz'), { maxBytes: 1e6 });
 * console.log([...(await collectBytes(labels))]); // [1, 2, 3]
 * ```
 */
export function decompressStream(stream: ByteStream, options: DecompressOptions = {}): ByteStream {
  readArgument('decompressStream', 'stream', stream, streamKind);
  return decompressed(stream, readOptions('decompressStream', options, kinds));
}

function decompressed(
  stream: ByteStream,
  { format, maxBytes, name }: Pick<OptionValues<typeof kinds>, 'format' | 'maxBytes' | 'name'>,
): ByteStream {
  const input = guarded(stream);
  const output = input.stream.pipeThrough(decompressor(format)).getReader();
  let length = 0;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { done, value } = await output.read().catch((error: unknown) => {
          throw input.failure() ?? decompressionError(error, format, name);
        });
        if (done) {
          controller.close();
          return;
        }
        length += value.length;
        if (length > maxBytes) {
          await output.cancel().catch(() => undefined);
          throw tooLargeError(name, maxBytes);
        }
        controller.enqueue(value);
      },
      cancel: (reason) => output.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/**
 * Decompresses bytes.
 *
 * @throws FileError the codes of `decompressStream`, and `aborted` by the signal
 * @example
 * ```ts
 * import { compress, decompress } from '@manabi/files';
 *
 * const packed = await compress(new TextEncoder().encode('abcabcabc'));
 * console.log(new TextDecoder().decode(await decompress(packed, { maxBytes: 1e6 }))); // abcabcabc
 * ```
 */
export async function decompress(
  bytes: Uint8Array<ArrayBuffer>,
  options: DecompressOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  readArgument('decompress', 'bytes', bytes, bytesKind);
  const { format, maxBytes, name, ...others } = readOptions('decompress', options, kinds);
  const stream = decompressed(new Blob([bytes]).stream(), { format, maxBytes, name });
  return collectBytes(stream, { maxBytes, name, ...others });
}

/**
 * Compresses bytes.
 *
 * @param format compression format (default `gzip`)
 * @throws ManabiError `argument` unless `bytes` is a Uint8Array and `format` a known format
 * @example
 * ```ts
 * import { compress } from '@manabi/files';
 *
 * const packed = await compress(new Uint8Array(1000));
 * console.log(packed.length < 100); // true
 * ```
 */
export async function compress(
  bytes: Uint8Array<ArrayBuffer>,
  format: CompressionFormat = 'gzip',
): Promise<Uint8Array<ArrayBuffer>> {
  readArgument('compress', 'bytes', bytes, bytesKind);
  const known = readArgument('compress', 'format', format, formatKind);
  return collectBytes(new Blob([bytes]).stream().pipeThrough(new CompressionStream(known)));
}

function decompressor(format: CompressionFormat): DecompressionStream {
  try {
    return new DecompressionStream(format);
  } catch (cause) {
    throw new FileError(
      'unsupported',
      `This version of the browser or Node does not support '${format}'. Update it; Node needs 20.12 or later.`,
      {
        data: { format },
        cause,
      },
    );
  }
}

/**
 * Returns a stream with the same bytes, and a function that returns the error that ended it, such as a broken
 * connection. The decompressor would replace this error by its own.
 */
function guarded(stream: ByteStream): {
  stream: ByteStream;
  failure: () => unknown;
} {
  let failure: unknown;
  const chunks = chunksOf(stream);
  return {
    stream: new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        async pull(controller) {
          const { done, value } = await chunks.next().catch((error: unknown) => {
            failure = error;
            throw error;
          });
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: async () => void (await chunks.return()),
      },
      { highWaterMark: 0 },
    ),
    failure: () => failure,
  };
}

/**
 * Converts an error of the decompressor to a `FileError`. Truncated input is recognized by the code `Z_BUF_ERROR` in Node,
 * and by the message in browsers.
 */
function decompressionError(error: unknown, format: CompressionFormat, name: string): FileError {
  const isTruncated = systemCode(error) === 'Z_BUF_ERROR' || /truncated|unexpected end/i.test(String(error));
  return isTruncated
    ? new FileError('truncated', `${name} is truncated: its ${format} data ends early. Download it again.`, {
        data: { source: name, format },
        cause: error,
      })
    : new FileError(
        'corrupt',
        `${name} is not valid ${format} data: ${String(error)}. Check the format, or download the file again.`,
        {
          data: { source: name, format },
          cause: error,
        },
      );
}
