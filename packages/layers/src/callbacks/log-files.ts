import { ManabiError } from '@manabi/core';
import { type Kind, optional, withMethods } from '@manabi/errors';

/** Where callbacks write what they log. Another one sends it elsewhere: to a server, to a store of the page. */
export interface LogFiles {
  /** Number of bytes in a file; 0 if there is none. */
  size(path: string): Promise<number>;
  /** Makes a file of these bytes, in place of one that is there. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Adds bytes to the end of a file, which is made if there is none; folders too. */
  append(path: string, bytes: Uint8Array): Promise<void>;
}

/**
 * The file system, in Node.
 *
 * @throws ManabiError `file` (when it is used) where there is none, or the system refuses
 */
const nodeLogFiles: LogFiles = {
  size: (path) => inNode(path, async (fs) => (await fs.stat(path).catch(() => null))?.size ?? 0),
  write: (path, bytes) =>
    inNode(path, async (fs) => {
      await fs.mkdir(folderOf(path), { recursive: true });
      await fs.writeFile(path, bytes);
    }),
  append: (path, bytes) =>
    inNode(path, async (fs) => {
      await fs.mkdir(folderOf(path), { recursive: true });
      await fs.appendFile(path, bytes);
    }),
};

/** The option `files` of callbacks. */
export const logFilesKind: Kind<LogFiles> = optional(withMethods<LogFiles>('size', 'write', 'append'), nodeLogFiles);

type FileSystem = typeof import('node:fs/promises');

async function inNode<R>(path: string, work: (fs: FileSystem) => Promise<R>): Promise<R> {
  if (typeof globalThis.process?.versions?.node !== 'string') {
    throw new ManabiError(
      'file',
      `There is no file system here to write '${path}' to. Give the callback files of your own: { size, write, append }.`,
      { op: 'callback', data: { path } },
    );
  }
  // The name is put together at run time to keep bundlers from looking for the module.
  const name = 'fs/promises';
  const fs: FileSystem = await import(/* webpackIgnore: true */ /* @vite-ignore */ `node:${name}`);
  try {
    return await work(fs);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new ManabiError('file', `'${path}' cannot be written: ${problem}`, { op: 'callback', data: { path }, cause });
  }
}

function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return end <= 0 ? '.' : path.slice(0, end);
}
