import type { Writable, WriteOptions } from '@manabi/files';

/** Options of `read` of a store. */
export interface StoreReadOptions {
  /** Range of bytes from `start` (inclusive) to `end` (exclusive); all bytes by default. */
  readonly range?: { readonly start: number; readonly end: number };
  /** Signal that stops the read, which then fails with `aborted`. */
  readonly signal?: AbortSignal;
}

/** Store of one file that can be read. */
export interface ReadableStore {
  /** Name for messages, such as `memory:model.keras`; its extension may determine the format. */
  readonly name: string;
  /**
   * Returns the number of bytes.
   *
   * @throws FileError `notFound` for an empty store
   */
  size(): Promise<number>;
  /**
   * Reads the file or a range of it.
   *
   * @throws FileError `notFound` for an empty store, `range` for a range outside the file, `aborted`
   */
  read(options?: StoreReadOptions): Promise<Uint8Array<ArrayBuffer>>;
}

/** Store of one file that can be written. */
export interface WritableStore {
  /** Name for messages; its extension may determine the format. */
  readonly name: string;
  /**
   * Replaces the file. After a failure the old file is unchanged.
   *
   * @throws FileError `noSpace`, `aborted`, `io`; errors of the stream that supplies the data are thrown unchanged
   */
  write(data: Writable, options?: WriteOptions): Promise<void>;
}

/** Store of one file, as created by `indexedDb`, `opfs` and `memoryStore`. Any object with these methods is a store. */
export interface Store extends ReadableStore, WritableStore {
  /** Removes the file. Does nothing if the store is empty. */
  remove(): Promise<void>;
}

/** Reports whether a value is a readable store. */
export function isReadableStore(value: unknown): value is ReadableStore {
  return typeof value === 'object' && value !== null && 'read' in value && typeof value.read === 'function';
}

/** Reports whether a value is a writable store. */
export function isWritableStore(value: unknown): value is WritableStore {
  return typeof value === 'object' && value !== null && 'write' in value && typeof value.write === 'function';
}
