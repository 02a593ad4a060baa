import { count, type KindsOf, optional, readArgument, readOptions, signal as signalKind, text } from '@manabi/errors';
import { throwIfAborted } from './abort.ts';
import { FileError } from './file-error.ts';
import type { ByteStream, ReadOptions } from './kinds.ts';
import { limitKind, progressKind, streamKind } from './kinds.ts';

/** Limits and watchers of a stream that is read to its end. */
export interface CollectOptions extends Pick<ReadOptions, 'maxBytes' | 'onProgress'> {
  /** The size if it is known: the bytes then go straight into one array. More or fewer are fine. */
  readonly expectedBytes?: number;
  /** Stops the reading, which then fails with `aborted`. */
  readonly signal?: AbortSignal;
  /** Name of the source for messages. */
  readonly name?: string;
}

/** A size that somebody else announced is believed up to here; past it the array grows as the bytes arrive. */
const TRUSTED_BYTES = 1 << 28;

/**
 * The pieces of a stream, in order. A loop that ends early cancels the stream, which closes files and connections.
 * (Streams iterate by themselves in Node, not yet in every browser.)
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
 * All bytes of a stream in one array.
 *
 * @throws FileError `tooLarge` past `maxBytes`, `aborted` by the signal, and whatever the stream fails with.
 * @example `const bytes = await collectBytes(response.body, { maxBytes: 1e6 })`
 */
export async function collectBytes(stream: ByteStream, options: CollectOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  readArgument('collectBytes', 'stream', stream, streamKind);
  const { maxBytes, expectedBytes, onProgress, signal, name } = readOptions('collectBytes', options, collectKinds);
  let bytes = allocate(Math.min(expectedBytes, maxBytes, TRUSTED_BYTES), name);
  let length = 0;
  throwIfAborted(signal, name);
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

/** The error for a source that has more bytes than its reader is ready to take. */
export function tooLargeError(name: string, maxBytes: number): FileError {
  return new FileError(
    'tooLarge',
    `${name} has more than ${maxBytes} bytes, the limit that its reader set. Raise maxBytes if the file is trusted.`,
    { data: { source: name, maxBytes } },
  );
}

function allocate(length: number, name: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new FileError('tooLarge', `${name} does not fit into memory: no room for ${length} bytes.`, {
      data: { source: name, length },
      cause,
    });
  }
}
