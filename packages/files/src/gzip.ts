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

/** `gzip` (RFC 1952), `deflate` (zlib, RFC 1950) or `deflate-raw` (RFC 1951, as in ZIP files). */
export type CompressionFormat = 'gzip' | 'deflate' | 'deflate-raw';

/** Options of `decompress` and `decompressStream`. */
export interface DecompressOptions extends Pick<CollectOptions, 'maxBytes' | 'expectedBytes' | 'signal' | 'name'> {
  /** `gzip` if not given. */
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

/** True if bytes start as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  readArgument('isGzip', 'bytes', bytes, bytesKind);
  return bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/**
 * A stream of what compressed bytes hold, with a bound on its size: a few kilobytes may unfold into gigabytes.
 *
 * @throws FileError (from the stream) `truncated` if the bytes end too early; `corrupt` if they are not of the format,
 * are damaged, or go on after their end; `tooLarge` past `maxBytes`; (at once) `unsupported` before Node 20.12 for `deflate-raw`
 * @example `const images = decompressStream(await openStream('images.gz'), { maxBytes: 5e7 })`
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
 * What compressed bytes hold, in one array.
 *
 * @throws FileError as `decompressStream`, and `aborted` by the signal
 * @example `const raw = await decompress(await readBytes('labels.gz'), { maxBytes: 1e6 })`
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
 * Bytes, compressed.
 *
 * @example `await writeFileAtomic('labels.gz', await compress(labels))`
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
    throw new FileError('unsupported', `This browser or Node cannot decompress ${format}: a newer one is needed.`, {
      data: { format },
      cause,
    });
  }
}

/** A stream that remembers why it failed: the decompressor would hide a broken connection behind its own error. */
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

/** Node says `Z_BUF_ERROR`, Chrome and Firefox say "truncated" or "unexpected end", where the input is cut short. */
function decompressionError(error: unknown, format: CompressionFormat, name: string): FileError {
  const isTruncated = systemCode(error) === 'Z_BUF_ERROR' || /truncated|unexpected end/i.test(String(error));
  return isTruncated
    ? new FileError('truncated', `${name} is cut short: its ${format} data ends in the middle. Fetch it again.`, {
        data: { source: name, format },
        cause: error,
      })
    : new FileError('corrupt', `${name} is damaged, or is no single ${format} file: ${String(error)}.`, {
        data: { source: name, format },
        cause: error,
      });
}
