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
  /** Largest size of the source in bytes; a larger one is rejected with code `tooLarge` (default: no limit). */
  readonly maxBytes?: number;
  /**
   * Whether only parts of the file will be read (default false). Over HTTP, a file is fetched whole in one request by
   * default; with `parts: true`, large files are read by ranges if the server supports them.
   */
  readonly parts?: boolean;
  /** Callback for the progress of a download, if the file is fetched whole. */
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
 * Opens a source for reading parts of it in any order. Reads never mix two versions of a file: if a file on disk is
 * replaced, reads continue in the old file; if a file on a server changes, reads fail with code `changed`.
 *
 * @throws FileError the codes of `readBytes`
 * @example
 * ```ts
 * import { openRandomAccess } from '@manabi/files';
 *
 * const file = await openRandomAccess(new Blob(['header and body']));
 * console.log(new TextDecoder().decode(await file.read(0, 6))); // header
 * console.log(file.size); // 15
 * await file.close();
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
