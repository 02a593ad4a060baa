import { throwIfAborted } from '../abort.ts';
import { fileErrorFrom, systemCode } from '../file-error.ts';
import { nodeModule } from '../node.ts';
import { piecesOf, type Writable } from './pieces.ts';
import { releaseTemporaryName, temporaryName } from './temporary-file.ts';
import { writeFully } from './write-fully.ts';

/** A temporary file with all its bytes on the disk, beside the one that it will replace. */
export interface PreparedFile {
  /** Puts it into place, in one step. */
  commit(): Promise<void>;
  /** Removes it, unless it was put into place. */
  discard(): Promise<void>;
}

/**
 * Writes what will become a file into a temporary file in the same folder.
 *
 * @param path the file itself, and not a link to it
 * @param owner the name of the file that the temporary one is for, by which what killed processes left is found
 * @throws FileError as `writeFileAtomic`; nothing is left then
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
      await guarded(withPatience(() => rename(temporary, path)));
      releaseTemporaryName(name);
    },
    discard,
  };
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

/** Makes renamings in a folder last through a power cut, on systems that can sync a folder. */
export async function syncFolder(folder: string): Promise<void> {
  const { open } = await nodeModule('fs/promises');
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
