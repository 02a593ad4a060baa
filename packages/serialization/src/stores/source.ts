import { type KindsOf, ManabiError } from '@manabi/errors';
import { describeGiven } from '@manabi/errors/internal';
import {
  FileError,
  type FileSource,
  nameOf,
  openRandomAccess,
  type RandomAccess,
  type ReadOptions,
  readBytes,
  readKinds,
} from '@manabi/files';
import { isReadableStore, type ReadableStore } from './store.ts';
import { checkStoreRange, throwIfAborted } from './store-errors.ts';

/**
 * Source of a file to load: a path, a URL, a `Blob` or `File` (such as an upload), bytes, or a store. In pages, a string
 * that is not a URL is resolved relative to the page.
 */
export type Source = FileSource | Uint8Array | ArrayBuffer | ReadableStore;

/** Options for reading a source: `headers`, `timeout` and `retries` for URLs, `allow` and `within` for untrusted paths and URLs. */
export type SourceOptions = Pick<
  ReadOptions,
  'allow' | 'headers' | 'maxBytes' | 'onProgress' | 'retries' | 'signal' | 'timeout' | 'within'
>;

const { allow, headers, maxBytes, onProgress, retries, signal, timeout, within } = readKinds;

/** Validators for the options of a source. */
export const sourceKinds = {
  allow,
  headers,
  maxBytes,
  onProgress,
  retries,
  signal,
  timeout,
  within,
} satisfies KindsOf<SourceOptions>;

/** Returns the name of a source for messages and for its extension. */
export function sourceName(source: Source): string {
  const bytes = bytesOf(source);
  if (bytes !== null) return `${bytes.length} bytes`;
  return isReadableStore(source) ? source.name : nameOf(fileSource(source));
}

/**
 * Reads all bytes of a source. If the source is a byte array, it is returned without a copy.
 *
 * @throws FileError the codes of `readBytes` of `@manabi/files`: `notFound`, `permission`, `http`, `network`,
 * `tooLarge`, `aborted`
 */
export async function readSource(source: Source, options: SourceOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = bytesOf(source);
  if (bytes !== null) {
    checkSize(sourceName(source), bytes.length, options.maxBytes);
    return bytes;
  }
  const { signal, maxBytes = Number.POSITIVE_INFINITY } = options;
  if (isReadableStore(source)) {
    checkSize(source.name, maxBytes === Number.POSITIVE_INFINITY ? 0 : await source.size(), maxBytes);
    return source.read({ signal });
  }
  return readBytes(fileSource(source), options);
}

/**
 * Opens a source, of which parts can then be read.
 *
 * @param parts whether only parts will be read; large files are then read in ranges over HTTP
 * @throws FileError the codes of `readSource`
 */
export async function openSource(source: Source, options: SourceOptions = {}, parts = false): Promise<RandomAccess> {
  const { signal, maxBytes } = options;
  const bytes = bytesOf(source);
  const file =
    bytes !== null
      ? accessBytes(bytes, sourceName(bytes), signal)
      : isReadableStore(source)
        ? await openStore(source, signal)
        : await openRandomAccess(fileSource(source), { ...options, parts });
  try {
    checkSize(file.name, file.size, maxBytes);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openStore(store: ReadableStore, signal: AbortSignal | undefined): Promise<RandomAccess> {
  return {
    name: store.name,
    size: await store.size(),
    read: (start, end) => store.read({ range: { start, end }, signal }),
    close: async () => {},
  };
}

/** Returns random access to bytes in memory, without copying them. */
export function accessBytes(bytes: Uint8Array<ArrayBuffer>, name: string, signal?: AbortSignal): RandomAccess {
  return {
    name,
    size: bytes.length,
    read: async (start, end) => {
      throwIfAborted(signal, name);
      checkStoreRange({ start, end }, bytes.length, name);
      return bytes.subarray(start, end);
    },
    close: async () => {},
  };
}

function checkSize(name: string, size: number, maxBytes = Number.POSITIVE_INFINITY): void {
  if (size <= maxBytes) return;
  throw new FileError(
    'tooLarge',
    `${name} has ${size} bytes, more than \`maxBytes\` = ${maxBytes}. Raise \`maxBytes\` if the source is trusted.`,
    {
      data: { source: name, size, maxBytes },
    },
  );
}

function fileSource(source: unknown): FileSource {
  if (typeof source === 'string' || source instanceof URL || source instanceof Blob) return source;
  const given = describeGiven(source);
  throw new ManabiError(
    'argument',
    `\`source\` must be a path, a URL, a Blob or File, bytes (Uint8Array), or a store; got ${given}.`,
    { data: { given } },
  );
}

function bytesOf(source: Source): Uint8Array<ArrayBuffer> | null {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (!(source instanceof Uint8Array)) return null;
  const { buffer, byteOffset, length } = source;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, length) : new Uint8Array(source);
}
