import { throwIfAborted } from './abort.ts';
import { fileErrorFrom } from './file-error.ts';
import type { RequestOptions } from './http.ts';
import { nodeModule } from './node.ts';
import { checkRange, outsideError } from './range.ts';
import { fileSize, readBytes } from './read.ts';
import { type FileSource, locate } from './source.ts';

/** An open source whose bytes are read piece by piece, in any order. */
export interface RandomAccess {
  /** The source, for messages. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /**
   * The bytes from `start` up to, not including, `end`.
   *
   * @throws FileError `range` outside the file, `aborted`, and as `readBytes`
   */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Lets go of the source. */
  close(): Promise<void>;
}

/**
 * Opens a source for reads of its parts. A file on disk stays the one that was opened, also if another one is put into
 * its place meanwhile; over HTTP each read is a request for a range.
 *
 * @throws FileError as `openStream`
 * @example
 * ```ts
 * const file = await openRandomAccess('weights.safetensors');
 * try { const head = await file.read(0, 8); } finally { await file.close(); }
 * ```
 */
export async function openRandomAccess(source: FileSource, options: RequestOptions = {}): Promise<RandomAccess> {
  const { signal } = options;
  const location = await locate(source);
  throwIfAborted(signal, location.name);
  if (location.kind === 'path') return openPath(location.path, signal);
  const { name } = location;
  const size = await fileSize(source, options);
  return {
    name,
    size,
    read: (start, end) => readBytes(source, { ...options, range: { start, end } }),
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
