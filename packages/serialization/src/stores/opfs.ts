import { readArgument, text } from '@manabi/errors';
import { FileError } from '@manabi/files';
import { piecesOf } from './pieces.ts';
import type { Store } from './store.ts';
import { checkStoreRange, emptyStore, storeError, throwIfAborted } from './store-errors.ts';

/**
 * A file in the browser's private file system (OPFS): the place for large models. The bytes go into a copy that takes the
 * file's place when all are there: the old file or the new one, also if the page is closed meanwhile.
 *
 * @param path folders and name, `models/digits.keras`; folders are made. Its extension is the format's
 * @throws FileError `unsupported` (when it is used) where there is none, or the browser cannot write it from here
 * @example `await saveModel(model, opfs('models/digits.keras'))`
 */
export function opfs(path: string): Store {
  readArgument('opfs', 'path', path, text);
  const name = `opfs:${path}`;
  const parts = path.split('/').filter((part) => part !== '');
  const file = parts.at(-1);
  if (file === undefined || parts.includes('.') || parts.includes('..')) {
    throw new FileError('unsupported', `'${path}' is no path in the browser's file system: give folders and a name.`, {
      data: { source: path },
    });
  }
  const folder = (create: boolean): Promise<FileSystemDirectoryHandle> => openFolder(parts.slice(0, -1), create, name);
  const load = async (): Promise<File> => {
    const handle = await (await folder(false)).getFileHandle(file);
    const found = await handle.getFile();
    // A write that did not live to its end leaves an empty file where there was none.
    if (found.size === 0) throw emptyStore(name);
    return found;
  };
  return {
    name,
    size: () => guarded('read', name, async () => (await load()).size),
    read: ({ range, signal } = {}) =>
      guarded('read', name, async () => {
        throwIfAborted(signal, name);
        const found = await load();
        if (range !== undefined) checkStoreRange(range, found.size, name);
        const part = range === undefined ? found : found.slice(range.start, range.end);
        return new Uint8Array(await part.arrayBuffer());
      }),
    write: (data, { signal } = {}) =>
      guarded('write', name, async () => {
        const handle = await (await folder(true)).getFileHandle(file, { create: true });
        if (typeof handle.createWritable !== 'function') throw cannotWrite(name);
        const copy = await handle.createWritable();
        try {
          for await (const piece of piecesOf(data, name, signal)) await copy.write(piece);
        } catch (error) {
          await copy.abort().catch(() => undefined);
          if ((await handle.getFile()).size === 0) await (await folder(false)).removeEntry(file).catch(() => undefined);
          throw error;
        }
        await copy.close();
      }),
    remove: () =>
      guarded('remove', name, async () => {
        try {
          await (await folder(false)).removeEntry(file);
        } catch (error) {
          if (!isAbsent(error)) throw error;
        }
      }),
  };
}

async function openFolder(path: readonly string[], create: boolean, name: string): Promise<FileSystemDirectoryHandle> {
  const storage = globalThis.navigator?.storage;
  if (typeof storage?.getDirectory !== 'function') {
    throw new FileError(
      'unsupported',
      `There is no private file system here for ${name}: in Node, give a path; in pages it needs https or localhost.`,
      { data: { source: name } },
    );
  }
  let folder = await storage.getDirectory();
  for (const part of path) folder = await folder.getDirectoryHandle(part, { create });
  return folder;
}

function cannotWrite(name: string): FileError {
  return new FileError(
    'unsupported',
    `This browser cannot replace a file of its private file system at once, so ${name} is not written: take ` +
      'indexedDb(database, key).',
    { data: { source: name } },
  );
}

/** Does something to a store; what the browser says becomes a `FileError`, errors of data come through as they are. */
async function guarded<T>(action: 'read' | 'write' | 'remove', name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isAbsent(error)) throw emptyStore(name);
    throw error instanceof DOMException ? storeError(error, action, name) : error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError';
}
