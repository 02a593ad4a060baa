/** Tells programs when a buffer is released whose elements they contain as constants. */
export class Releases {
  readonly #watchers = new Map<number, Set<() => void>>();

  /** Calls `stop` when one of the buffers with these numbers is released. Returns a function that ends this. */
  watch(serials: readonly number[], stop: () => void): () => void {
    for (const serial of serials) {
      const stops = this.#watchers.get(serial) ?? new Set();
      this.#watchers.set(serial, stops.add(stop));
    }
    return () => {
      for (const serial of serials) {
        const stops = this.#watchers.get(serial);
        stops?.delete(stop);
        if (stops?.size === 0) this.#watchers.delete(serial);
      }
    };
  }

  /** Reports that the buffer with this number is released. */
  released(serial: number): void {
    for (const stop of [...(this.#watchers.get(serial) ?? [])]) stop();
  }
}
