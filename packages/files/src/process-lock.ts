import { fileErrorFrom, systemCode } from './file-error.ts';
import { nodeModule } from './node.ts';

/** Paths of the lock files that this process holds. */
const held = new Set<string>();

/**
 * Acquires the lock of a partially downloaded file. Returns undefined if another process, or another call in this
 * process, holds the lock; the caller should then download into a separate file.
 */
export async function takeLock(path: string): Promise<{ release(): Promise<void> } | undefined> {
  if (held.has(path)) return undefined;
  held.add(path);
  const { readFile, rm, writeFile } = await nodeModule('fs/promises');
  const release = async () => {
    await rm(path, { force: true });
    held.delete(path);
  };
  for (const isLastTry of [false, true]) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return { release };
    } catch (error) {
      const isTaken = systemCode(error) === 'EEXIST';
      const owner = Number(await readFile(path, 'utf8').catch(() => ''));
      if (!isTaken || isLastTry || isRunning(owner)) {
        held.delete(path);
        if (isTaken) return undefined;
        throw fileErrorFrom(error, 'write', path);
      }
      await rm(path, { force: true });
    }
  }
  return undefined;
}

/**
 * Returns whether another process with the given id is running. Returns false for the id of this process: a lock file
 * with this id that is not in `held` was left by an earlier process that had the same id.
 */
export function isRunning(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0 || processId === process.pid) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
