import { count, type KindsOf, optional, readArgument, readOptions, signal as signalKind, text } from '@manabi/errors';
import { throwIfAborted } from './abort.ts';
import { FileError } from './file-error.ts';
import type { ByteStream, ReadOptions } from './kinds.ts';
import { limitKind, progressKind, streamKind } from './kinds.ts';

/** Options of `collectBytes`: limits and callbacks. */
export interface CollectOptions extends Pick<ReadOptions, 'maxBytes' | 'onProgress'> {
  /**
   * Expected number of bytes, for which memory is allocated in advance. The stream may contain more or fewer bytes, at
   * the cost of a copy.
   */
  readonly expectedBytes?: number;
  /** Signal that aborts the read, which then fails with code `aborted`. */
  readonly signal?: AbortSignal;
  /** Name of the source for error messages. */
  readonly name?: string;
}

/**
 * Largest expected size in bytes for which memory is allocated in advance. For larger ones, the array grows with the
 * received bytes.
 */
const TRUSTED_BYTES = 1 << 28;

/**
 * Iterates over the chunks of a stream, which some browsers cannot do directly. Leaving the loop early cancels the
 * stream, and so closes its file or connection.
 *
 * @example
 * ```ts
 * import { chunksOf } from '@manabi/files';
 *
 * let bytes = 0;
 * for await (const chunk of chunksOf(new Blob(['abc']).stream())) bytes += chunk.length;
 * console.log(bytes); // 3
 * ```
 */
export function chunksOf(stream: ByteStream): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  return chunksFrom(readArgument('chunksOf', 'stream', stream, streamKind));
}

async function* chunksFrom(stream: ByteStream): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const reader = stream.getReader();
  let isFinished = false;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) {
        isFinished = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!isFinished) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}

const collectKinds = {
  maxBytes: optional(limitKind, Number.POSITIVE_INFINITY),
  expectedBytes: optional(count, 0),
  onProgress: optional(progressKind),
  signal: optional(signalKind),
  name: optional(text, 'the stream'),
} satisfies KindsOf<CollectOptions>;

/**
 * Reads all bytes of a stream into one array.
 *
 * @throws FileError `tooLarge` for more than `maxBytes` bytes, `aborted` if the signal is aborted; errors of the stream
 * itself are passed on
 * @example
 * ```ts
 * import { collectBytes } from '@manabi/files';
 *
 * const bytes = await collectBytes(new Blob(['abc']).stream(), { maxBytes: 1e6 });
 * console.log([...bytes]); // [97, 98, 99]
 * ```
 */
export async function collectBytes(stream: ByteStream, options: CollectOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  readArgument('collectBytes', 'stream', stream, streamKind);
  const { maxBytes, expectedBytes, onProgress, signal, name } = readOptions('collectBytes', options, collectKinds);
  if (signal?.aborted) {
    // The source of the stream, such as a file, stays open until the stream is read or canceled.
    await stream.cancel(signal.reason).catch(() => undefined);
    throwIfAborted(signal, name);
  }
  let bytes = allocate(Math.min(expectedBytes, maxBytes, TRUSTED_BYTES), name);
  let length = 0;
  for await (const chunk of chunksOf(stream)) {
    throwIfAborted(signal, name);
    if (length + chunk.length > maxBytes) throw tooLargeError(name, maxBytes);
    if (length + chunk.length > bytes.length) {
      const larger = allocate(Math.max(length + chunk.length, Math.min(2 * bytes.length, maxBytes), 1 << 16), name);
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    bytes.set(chunk, length);
    length += chunk.length;
    onProgress?.({ received: length, total: expectedBytes === 0 ? undefined : expectedBytes });
  }
  return length === bytes.length ? bytes : bytes.slice(0, length);
}

/** Returns the error for a source with more than `maxBytes` bytes. */
export function tooLargeError(name: string, maxBytes: number): FileError {
  return new FileError(
    'tooLarge',
    `${name} has more than \`maxBytes\` = ${maxBytes} bytes. Raise \`maxBytes\` if the source is trusted.`,
    { data: { source: name, maxBytes } },
  );
}

function allocate(length: number, name: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new FileError(
      'tooLarge',
      `${name} does not fit into memory: could not allocate ${length} bytes. Read it in parts with openStream() or openRandomAccess().`,
      {
        data: { source: name, length },
        cause,
      },
    );
  }
}
