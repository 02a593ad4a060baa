import type { Writable, WriteOptions } from '@manabi/files';

/** Part of what is stored, and a signal that stops the reading. */
export interface StoreReadOptions {
  /** Reads the bytes from `start` up to, not including, `end`. By default all. */
  readonly range?: { readonly start: number; readonly end: number };
  readonly signal?: AbortSignal;
}

/** A place of one file that can be read. */
export interface ReadableStore {
  /** What messages call it: `memory:model.keras`. A format that goes by the extension takes it from here. */
  readonly name: string;
  /**
   * Number of bytes.
   *
   * @throws FileError `notFound` if nothing is there
   */
  size(): Promise<number>;
  /** @throws FileError `notFound` if nothing is there, `range` outside of it, `aborted` */
  read(options?: StoreReadOptions): Promise<Uint8Array<ArrayBuffer>>;
}

/** A place of one file that can be written. */
export interface WritableStore {
  readonly name: string;
  /**
   * Puts a file there, in place of the one that is there. After a failure the old one stays, whole.
   *
   * @throws FileError `noSpace`, `aborted`, `io`; errors of the data's own stream come through as they are
   */
  write(data: Writable, options?: WriteOptions): Promise<void>;
}

/** A place of one file: `indexedDb`, `opfs` and `memoryStore` make some, and any object with these methods is one. */
export interface Store extends ReadableStore, WritableStore {
  /** Removes the file; fine if there is none. */
  remove(): Promise<void>;
}

/** Whether something is a store that can be read. */
export function isReadableStore(value: unknown): value is ReadableStore {
  return typeof value === 'object' && value !== null && 'read' in value && typeof value.read === 'function';
}

/** Whether something is a store that can be written. */
export function isWritableStore(value: unknown): value is WritableStore {
  return typeof value === 'object' && value !== null && 'write' in value && typeof value.write === 'function';
}
