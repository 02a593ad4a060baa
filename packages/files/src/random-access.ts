import { boolean, type KindsOf, optional, readArgument, readOptions } from '@manabi/errors';
import { throwIfAborted } from './abort.ts';
import { fileErrorFrom } from './file-error.ts';
import { openRemote } from './http/remote-access.ts';
import type { AccessOptions, FileSource, Progress, RequestOptions } from './kinds.ts';
import { accessKinds, limitKind, progressKind, requestKinds, sourceKind } from './kinds.ts';
import { nodeModule } from './node.ts';
import type { RandomAccess } from './range.ts';
import { checkRange, outsideError } from './range.ts';
import { readBytes } from './read.ts';
import { type Location, locate } from './source.ts';
import { tooLargeError } from './stream.ts';

/** Options of `openRandomAccess`. */
export interface RandomAccessOptions extends RequestOptions, AccessOptions {
  /** A larger file is refused with `tooLarge`. */
  readonly maxBytes?: number;
  /**
   * Whether only some parts of the file are going to be read (default false). Over HTTP, a file is fetched whole, by one
   * request; with this, large files are read by ranges, if the server can do that.
   */
  readonly parts?: boolean;
  /** Called while a file is fetched whole. */
  readonly onProgress?: (progress: Progress) => void;
}

const kinds = {
  ...requestKinds,
  ...accessKinds,
  maxBytes: optional(limitKind),
  parts: optional(boolean),
  onProgress: optional(progressKind),
} satisfies KindsOf<RandomAccessOptions>;

/**
 * Opens a source for reads of its parts. A file stays the one that was opened, also if another one takes its place
 * meanwhile: on disk the old one is read on, over HTTP a read fails with `changed`.
 *
 * @throws FileError as `readBytes`
 * @example
 * ```ts
 * const file = await openRandomAccess('https://example.org/weights.safetensors', { parts: true });
 * try { const head = await file.read(0, 8); } finally { await file.close(); }
 * ```
 */
export async function openRandomAccess(source: FileSource, options: RandomAccessOptions = {}): Promise<RandomAccess> {
  readArgument('openRandomAccess', 'source', source, sourceKind);
  const { signal, maxBytes } = readOptions('openRandomAccess', options, kinds);
  const location = await locate(source, options);
  throwIfAborted(signal, location.name);
  if (location.kind === 'url') return openRemote(location.url, location.name, options);
  const file = location.kind === 'path' ? await openPath(location.path, signal) : openBlob(location, signal);
  if (maxBytes === undefined || file.size <= maxBytes) return file;
  await file.close();
  throw tooLargeError(location.name, maxBytes);
}

function openBlob({ blob, name }: Extract<Location, { readonly kind: 'blob' }>, signal?: AbortSignal): RandomAccess {
  return {
    name,
    size: blob.size,
    read: (start, end) => readBytes(blob, { range: { start, end }, signal }),
    close: async () => {},
  };
}

async function openPath(path: string, signal: AbortSignal | undefined): Promise<RandomAccess> {
  const { open } = await nodeModule('fs/promises');
  const guarded = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw fileErrorFrom(error, 'read', path);
    });
  const handle = await guarded(open(path, 'r'));
  const facts = await handle.stat();
  if (facts.isDirectory()) {
    await handle.close();
    throw fileErrorFrom({ code: 'EISDIR' }, 'read', path);
  }
  const { size } = facts;
  return {
    name: path,
    size,
    async read(start, end) {
      checkRange({ start, end }, path);
      if (end > size) throw outsideError({ start, end }, size, path);
      const bytes = new Uint8Array(end - start);
      for (let from = 0; from < bytes.length; ) {
        throwIfAborted(signal, path);
        const length = Math.min(bytes.length - from, 1 << 26);
        const { bytesRead } = await guarded(handle.read(bytes, from, length, start + from));
        if (bytesRead === 0) throw outsideError({ start, end }, start + from, path);
        from += bytesRead;
      }
      return bytes;
    },
    close: () => handle.close(),
  };
}
