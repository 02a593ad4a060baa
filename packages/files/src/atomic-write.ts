import { throwIfAborted } from './abort.ts';
import { fileErrorFrom, systemCode } from './file-error.ts';
import { nodeModule } from './node.ts';
import { type ByteStream, chunksOf } from './stream.ts';
import { releaseTemporaryName, removeAbandoned, temporaryName } from './temporary-file.ts';

/** What can be written: text (as UTF-8), bytes, a blob, or bytes in pieces. */
export type Writable = string | Uint8Array | Blob | ByteStream | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Options of `writeFileAtomic`. */
export interface WriteOptions {
  /** Stops the writing before the file is put into its place; the old one then stays. */
  readonly signal?: AbortSignal;
}

/**
 * Writes a file so that its path holds the old content or the new one, never a part: not when the data fails half-way,
 * the process is killed, or the power goes. The bytes go into a temporary file in the same folder, to the disk, and then
 * by one renaming into their place. A link is followed, and a file's mode is kept. Temporary files that processes of this
 * machine left beside it when they were killed are removed.
 *
 * @param path path or `file:` URL; its folder must exist
 * @throws FileError `notFound` without the folder, `permission`, `noSpace` if the disk is full, `aborted`, `io`,
 * `unsupported` in pages. The temporary file is removed. Errors of the data's own stream come through as they are.
 * @example `await writeFileAtomic('model.keras', bytes)`
 */
export async function writeFileAtomic(path: string | URL, data: Writable, options: WriteOptions = {}): Promise<void> {
  const { signal } = options;
  const target = await resolveTarget(path);
  throwIfAborted(signal, target);
  const { open, rename, rm } = await nodeModule('fs/promises');
  const { basename, dirname, join } = await nodeModule('path');
  const folder = dirname(target);
  const temporaryBase = await temporaryName(basename(target));
  const temporary = join(folder, temporaryBase);
  const guarded = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw fileErrorFrom(error, 'write', target);
    });
  try {
    const handle = await guarded(open(temporary, 'wx'));
    try {
      const mode = await modeOf(target);
      if (mode !== undefined) await guarded(handle.chmod(mode));
      for await (const chunk of chunksToWrite(data)) {
        throwIfAborted(signal, target);
        await guarded(writeFully(handle, chunk));
      }
      throwIfAborted(signal, target);
      await guarded(handle.sync());
    } finally {
      await handle.close();
    }
    await guarded(withPatience(() => rename(temporary, target)));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    releaseTemporaryName(temporaryBase);
  }
  await syncFolder(folder);
  await removeAbandoned(folder, basename(target));
}

/** The file that a path stands for: what a link points to, so that the link stays. */
async function resolveTarget(path: string | URL): Promise<string> {
  const { realpath } = await nodeModule('fs/promises');
  const { resolve } = await nodeModule('path');
  const { fileURLToPath } = await nodeModule('url');
  const plain = resolve(path instanceof URL || path.startsWith('file:') ? fileURLToPath(path) : path);
  return realpath(plain).catch(() => plain);
}

async function modeOf(path: string): Promise<number | undefined> {
  const { stat } = await nodeModule('fs/promises');
  return stat(path).then(
    (facts) => facts.mode & 0o777,
    () => undefined,
  );
}

/** What is asked of an open file. Written out, so that the declarations of this package need no types of Node. */
interface OpenFile {
  write(chunk: Uint8Array, from: number, length: number): Promise<{ readonly bytesWritten: number }>;
}

/** Writes all of a chunk: a single call may take less, and takes no more than two gigabytes. */
export async function writeFully(handle: OpenFile, chunk: Uint8Array): Promise<void> {
  for (let from = 0; from < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, from, Math.min(chunk.length - from, 1 << 26));
    from += bytesWritten;
  }
}

function chunksToWrite(data: Writable): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (typeof data === 'string') return [new TextEncoder().encode(data)];
  if (ArrayBuffer.isView(data)) return [data];
  if (data instanceof Blob) return chunksOf(data.stream());
  return data instanceof ReadableStream ? chunksOf(data) : data;
}

/** On Windows a virus scanner or an indexer may hold a file for a moment: the renaming is tried again for a second. */
async function withPatience(rename: () => Promise<void>): Promise<void> {
  for (let delay = 10; ; delay *= 2) {
    try {
      return await rename();
    } catch (error) {
      const isBusy = ['EPERM', 'EACCES', 'EBUSY'].includes(systemCode(error) ?? '');
      if (!isBusy || delay > 640 || process.platform !== 'win32') throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

/** Makes the renaming itself last through a power cut, on systems that can sync a folder. */
async function syncFolder(folder: string): Promise<void> {
  const { open } = await nodeModule('fs/promises');
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
