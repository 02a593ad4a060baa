import { fileErrorFrom, systemCode } from './file-error.ts';
import { nodeModule } from './node.ts';

/** Paths of the locks that this process holds. */
const held = new Set<string>();

/**
 * Takes the right to go on with a partial file. Whoever does not get it, because another process or another call of this
 * one is at it, downloads into a file of its own: nobody waits, and nobody writes into another's file.
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

/** True if a process other than this one runs under the id: a lock of our own that we do not hold is a left-over. */
export function isRunning(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0 || processId === process.pid) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
