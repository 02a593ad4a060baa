import { readArgument, text } from '@manabi/errors';
import { FileError } from '@manabi/files';
import { blobOf } from './pieces.ts';
import type { Store } from './store.ts';
import { checkStoreRange, emptyStore, storeError, throwIfAborted } from './store-errors.ts';

/** Name of the only object store of each database. It contains the files by key. */
const FILES = 'files';

/**
 * Creates a store in the browser's IndexedDB, which works in every browser, in pages and workers. The file stays until
 * it is removed or the browser needs the space (`navigator.storage.persist()` prevents this). A write is one
 * transaction: the store contains either the old or the new file, even if the page is closed during the write.
 *
 * @param database name of the database, created by the first write
 * @param key name of the file in the database; its extension determines the format
 * @throws FileError `unsupported` (on use) outside browsers
 * @example
 * ```ts no-run
 * import { indexedDb, layers, loadModel, saveModel, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
 * await saveModel(model, indexedDb('my-app', 'digits.keras'));
 * const copy = await loadModel(indexedDb('my-app', 'digits.keras'));
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
    throw new FileError(
      'corrupt',
      `The value in ${name} is not a file: another program wrote it. Use another key or database.`,
      {
        data: { source: name },
      },
    );
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
      // A transaction ends when it has no pending request, so the data must be complete before it begins.
      const blob = await blobOf(data, name, signal);
      await inDatabase(database, name, 'write', 'readwrite', (files) => files.put(blob, key));
    },
    remove: async () => {
      await inDatabase(database, name, 'remove', 'readwrite', (files) => files.delete(key));
    },
  };
}

/** Runs one request in a separate transaction, and returns its result after the transaction was written to disk. */
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
      const pending = request(transaction.objectStore(FILES));
      transaction.oncomplete = () => resolve(pending.result);
      transaction.onabort = () => reject(transaction.error ?? pending.error);
    });
  } catch (error) {
    throw storeError(error, action, name);
  } finally {
    opened.close();
  }
}

function openDatabase(database: string, name: string): Promise<IDBDatabase> {
  if (globalThis.indexedDB === undefined) {
    throw new FileError(
      'unsupported',
      `No IndexedDB for ${name}: it is available only in browsers. In Node, pass a path instead.`,
      {
        data: { source: name },
      },
    );
  }
  return new Promise((resolve, reject) => {
    const opening = globalThis.indexedDB.open(database, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(FILES);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => resolve(opening.result);
  });
}
