/**
 * A map with a limited number of entries. When it is full, the least recently used entry is removed and passed to
 * `drop`.
 */
export class LruMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #capacity: number;
  readonly #drop: (value: V) => void;

  constructor(capacity: number, drop: (value: V) => void) {
    this.#capacity = capacity;
    this.#drop = drop;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Returns the value of a key, and marks its entry as the most recently used. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#capacity) return;
    for (const [oldest, dropped] of this.#entries) {
      this.#entries.delete(oldest);
      this.#drop(dropped);
      return;
    }
  }

  /** Removes the entry of a key without calling `drop`. */
  delete(key: K): void {
    this.#entries.delete(key);
  }

  /** Iterates over the values, the least recently used one first. */
  values(): IterableIterator<V> {
    return this.#entries.values();
  }
}
