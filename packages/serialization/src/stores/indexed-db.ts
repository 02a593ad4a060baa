import { readArgument, text } from '@manabi/errors';
import { FileError } from '@manabi/files';
import { blobOf } from './pieces.ts';
import type { Store } from './store.ts';
import { checkStoreRange, emptyStore, storeError, throwIfAborted } from './store-errors.ts';

/** The one object store of our databases: files by key. */
const FILES = 'files';

/**
 * A file in the browser's IndexedDB: works in every browser, in pages and workers, and stays until it is removed or the
 * browser needs the space (`navigator.storage.persist()` asks it not to). A write is one transaction: the old file or the
 * new one, also if the page is closed meanwhile.
 *
 * @param database name of the database, which is made when it is first written to
 * @param key the file's name in it; its extension is the format's
 * @example
 * ```ts
 * await saveModel(model, indexedDb('my-app', 'digits.keras'));
 * const model = await loadModel(indexedDb('my-app', 'digits.keras'));
 * ```
 */
export function indexedDb(database: string, key: string): Store {
  readArgument('indexedDb', 'database', database, text);
  readArgument('indexedDb', 'key', key, text);
  const name = `indexeddb:${database}/${key}`;
  const load = async (): Promise<Blob> => {
    const found: unknown = await inDatabase(database, name, 'read', 'readonly', (files) => files.get(key));
    if (found === undefined) throw emptyStore(name);
    if (found instanceof Blob) return found;
    throw new FileError('corrupt', `What is stored in ${name} is no file: another program wrote it.`, {
      data: { source: name },
    });
  };
  return {
    name,
    size: async () => (await load()).size,
    read: async ({ range, signal } = {}) => {
      throwIfAborted(signal, name);
      const blob = await load();
      throwIfAborted(signal, name);
      if (range !== undefined) checkStoreRange(range, blob.size, name);
      const part = range === undefined ? blob : blob.slice(range.start, range.end);
      return new Uint8Array(await part.arrayBuffer());
    },
    write: async (data, { signal } = {}) => {
      // A transaction ends when nothing is asked of it: all data are there before it begins.
      const blob = await blobOf(data, name, signal);
      await inDatabase(database, name, 'write', 'readwrite', (files) => files.put(blob, key));
    },
    remove: async () => {
      await inDatabase(database, name, 'remove', 'readwrite', (files) => files.delete(key));
    },
  };
}

/** The result of one request, once the transaction that it is alone in is on the disk. */
async function inDatabase<R>(
  database: string,
  name: string,
  action: 'read' | 'write' | 'remove',
  mode: IDBTransactionMode,
  request: (files: IDBObjectStore) => IDBRequest<R>,
): Promise<R> {
  const opened = await openDatabase(database, name).catch((error: unknown) => {
    throw storeError(error, action, name);
  });
  try {
    return await new Promise<R>((resolve, reject) => {
      const transaction = opened.transaction(FILES, mode, { durability: 'strict' });
      const asked = request(transaction.objectStore(FILES));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = () => reject(transaction.error ?? asked.error);
    });
  } catch (error) {
    throw storeError(error, action, name);
  } finally {
    opened.close();
  }
}

function openDatabase(database: string, name: string): Promise<IDBDatabase> {
  if (globalThis.indexedDB === undefined) {
    throw new FileError('unsupported', `There is no IndexedDB here for ${name}: in Node, give a path.`, {
      data: { source: name },
    });
  }
  return new Promise((resolve, reject) => {
    const opening = globalThis.indexedDB.open(database, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(FILES);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => resolve(opening.result);
  });
}
