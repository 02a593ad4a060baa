/** Map that keeps the most recently used entries up to a capacity, and calls `drop` for evicted ones. */
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

  /** Returns an entry and marks it as used. */
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

  /** Removes an entry without calling `drop`. */
  delete(key: K): void {
    this.#entries.delete(key);
  }

  /** Returns the values, in the order of their last use. */
  values(): IterableIterator<V> {
    return this.#entries.values();
  }
}
