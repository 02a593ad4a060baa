import { readArgument, text } from '@manabi/errors';
import { joinedBytes } from '@manabi/files/internal';
import { piecesOf } from './pieces.ts';
import type { Store } from './store.ts';
import { checkStoreRange, emptyStore, throwIfAborted } from './store-errors.ts';

/**
 * Creates a store that keeps its file in memory, for tests and for copying models without a disk.
 *
 * @param name name for messages; its extension determines the format
 * @throws ManabiError `argument` unless `name` is a string; FileError `notFound` when an empty store is read
 * @example
 * ```ts
 * import { layers, loadModel, memoryStore, saveModel, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
 * const store = memoryStore('model.keras');
 * await saveModel(model, store);
 * console.log((await loadModel(store)).countParams()); // 3
 * ```
 */
export function memoryStore(name = 'memory'): Store {
  readArgument('memoryStore', 'name', name, text);
  let held: Uint8Array<ArrayBuffer> | null = null;
  const bytes = (): Uint8Array<ArrayBuffer> => {
    if (held === null) throw emptyStore(name);
    return held;
  };
  return {
    name,
    size: async () => bytes().length,
    read: async ({ range, signal } = {}) => {
      throwIfAborted(signal, name);
      const all = bytes();
      if (range === undefined) return all.slice();
      checkStoreRange(range, all.length, name);
      return all.slice(range.start, range.end);
    },
    write: async (data, { signal } = {}) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of piecesOf(data, name, signal)) pieces.push(piece.slice());
      held = joinedBytes(pieces);
    },
    remove: async () => {
      held = null;
    },
  };
}
