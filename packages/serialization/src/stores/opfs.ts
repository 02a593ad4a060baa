import { readArgument, text } from '@manabi/errors';
import { FileError } from '@manabi/files';
import { piecesOf } from './pieces.ts';
import type { Store } from './store.ts';
import { checkStoreRange, emptyStore, storeError, throwIfAborted } from './store-errors.ts';

/**
 * Creates a store in the browser's private file system (OPFS), suited to large models. Data is written to a copy, which
 * replaces the file when it is complete: the store contains either the old or the new file, even if the page is closed
 * during the write.
 *
 * @param path folders and name, such as `models/digits.keras`; missing folders are created; the extension determines
 * the format
 * @throws FileError `unsupported` (on use) in environments without OPFS, and (on write) in browsers without
 * `createWritable()`
 * @example
 * ```ts no-run
 * import { layers, opfs, saveModel, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
 * await saveModel(model, opfs('models/digits.keras'));
 * ```
 */
export function opfs(path: string): Store {
  readArgument('opfs', 'path', path, text);
  const name = `opfs:${path}`;
  const parts = path.split('/').filter((part) => part !== '');
  const file = parts.at(-1);
  if (file === undefined || parts.includes('.') || parts.includes('..')) {
    throw new FileError(
      'unsupported',
      `Invalid path '${path}' in the browser's file system. Pass folders and a name without '.' and '..', such as 'models/digits.keras'.`,
      {
        data: { source: path },
      },
    );
  }
  const folder = (create: boolean): Promise<FileSystemDirectoryHandle> => openFolder(parts.slice(0, -1), create, name);
  const load = async (): Promise<File> => {
    const handle = await (await folder(false)).getFileHandle(file);
    const found = await handle.getFile();
    // An interrupted first write leaves an empty file.
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
      `No private file system for ${name}: OPFS requires a browser page on https or localhost. In Node, pass a path instead.`,
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
    `Cannot write ${name}: this browser does not support createWritable() in its private file system. Use ` +
      'indexedDb(database, key) instead.',
    { data: { source: name } },
  );
}

/**
 * Runs an operation on a store and converts errors of the browser to `FileError`s. Errors of the stream that supplies
 * the data are thrown unchanged.
 */
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
