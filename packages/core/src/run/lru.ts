/** A map that keeps the entries used last; what is pushed out is handed to `drop`. */
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

  /** The entry, which counts as used now. */
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

  /** Takes an entry out without dropping it. */
  delete(key: K): void {
    this.#entries.delete(key);
  }

  /** The values, the one used last at the end. */
  values(): IterableIterator<V> {
    return this.#entries.values();
  }
}
