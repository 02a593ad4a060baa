import { ManabiError } from '@manabi/core';
import { type Kind, optional, withMethods } from '@manabi/errors';

/**
 * File operations with which callbacks write their logs. Implement this interface to send logs elsewhere, such as to a
 * server.
 */
export interface LogFiles {
  /** Returns the number of bytes in a file; 0 if it does not exist. */
  size(path: string): Promise<number>;
  /** Writes bytes to a file, replacing an existing one. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Appends bytes to a file. Creates the file and its folders if missing. */
  append(path: string, bytes: Uint8Array): Promise<void>;
}

/**
 * File operations on the file system of Node.
 *
 * @throws ManabiError `file` on use, outside Node or if an operation fails
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

/** Validates the option `files` of callbacks. */
export const logFilesKind: Kind<LogFiles> = optional(withMethods<LogFiles>('size', 'write', 'append'), nodeLogFiles);

type FileSystem = typeof import('node:fs/promises');

async function inNode<R>(path: string, work: (fs: FileSystem) => Promise<R>): Promise<R> {
  if (typeof globalThis.process?.versions?.node !== 'string') {
    throw new ManabiError(
      'file',
      `Cannot write '${path}': no file system is available here. Pass files: { size, write, append } to the callback.`,
      { op: 'callback', data: { path } },
    );
  }
  // The module name is assembled at run time, so bundlers do not try to include the module.
  const name = 'fs/promises';
  const fs: FileSystem = await import(/* webpackIgnore: true */ /* @vite-ignore */ `node:${name}`);
  try {
    return await work(fs);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new ManabiError('file', `Cannot write '${path}': ${problem}`, { op: 'callback', data: { path }, cause });
  }
}

function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return end <= 0 ? '.' : path.slice(0, end);
}
