import { throwIfAborted } from '../abort.ts';
import { fileErrorFrom, systemCode } from '../file-error.ts';
import { nodeModule } from '../node.ts';
import { piecesOf, type Writable } from './pieces.ts';
import { releaseTemporaryName, temporaryName } from './temporary-file.ts';
import { writeFully } from './write-fully.ts';

/** A temporary file with the complete new content, in the folder of the file that it will replace. */
export interface PreparedFile {
  /** Moves the temporary file to its final path with one rename. */
  commit(): Promise<void>;
  /** Removes the temporary file unless it was committed. */
  discard(): Promise<void>;
}

/**
 * Writes the new content of a file to a temporary file in the same folder.
 *
 * @param path path of the file itself, not of a link to it
 * @param owner name of the file that the temporary file is written for, by which temporary files of killed processes
 * are found
 * @throws FileError the codes of `writeFileAtomic`; no temporary file is left then
 */
export async function prepareFile(
  path: string,
  mode: number | undefined,
  data: Writable,
  signal: AbortSignal | undefined,
  owner: string,
): Promise<PreparedFile> {
  const { open, rename, rm } = await nodeModule('fs/promises');
  const { dirname, join } = await nodeModule('path');
  const name = await temporaryName(owner);
  const temporary = join(dirname(path), name);
  const guarded = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw fileErrorFrom(error, 'write', path);
    });
  const discard = async (): Promise<void> => {
    await rm(temporary, { force: true }).catch(() => undefined);
    releaseTemporaryName(name);
  };
  try {
    const handle = await guarded(open(temporary, 'wx'));
    try {
      if (mode !== undefined) await guarded(handle.chmod(mode));
      for await (const chunk of piecesOf(data)) {
        throwIfAborted(signal, path);
        await guarded(writeFully(handle, chunk));
      }
      throwIfAborted(signal, path);
      await guarded(handle.sync());
    } finally {
      await handle.close();
    }
  } catch (error) {
    await discard();
    throw error;
  }
  return {
    async commit() {
      await guarded(withRetries(() => rename(temporary, path)));
      releaseTemporaryName(name);
    },
    discard,
  };
}

/**
 * Calls `rename` again for up to a second while it fails, because on Windows a virus scanner or indexer may block the
 * file for a moment.
 */
async function withRetries(rename: () => Promise<void>): Promise<void> {
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

/**
 * Flushes the entries of a folder to disk, on systems that support it: a rename before this call then survives a power
 * failure.
 */
export async function syncFolder(folder: string): Promise<void> {
  const { open } = await nodeModule('fs/promises');
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
