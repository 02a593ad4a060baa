/** Bytes, little-endian, that grow as they are written. */
export class ByteSink {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Makes room for further bytes, and says where they begin. */
  #grow(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const next = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      next.set(this.#bytes);
      this.#bytes = next;
      this.#view = new DataView(next.buffer);
    }
    return start;
  }

  u8(...values: readonly number[]): this {
    for (const value of values) {
      const at = this.#grow(1);
      this.#view.setUint8(at, value);
    }
    return this;
  }

  u16(...values: readonly number[]): this {
    for (const value of values) {
      const at = this.#grow(2);
      this.#view.setUint16(at, value, true);
    }
    return this;
  }

  u32(...values: readonly number[]): this {
    for (const value of values) {
      const at = this.#grow(4);
      this.#view.setUint32(at, value, true);
    }
    return this;
  }

  /** 64 bits of a number up to 2^53. */
  u64(...values: readonly number[]): this {
    for (const value of values) {
      const start = this.#grow(8);
      this.#view.setUint32(start, value % 2 ** 32, true);
      this.#view.setUint32(start + 4, Math.floor(value / 2 ** 32), true);
    }
    return this;
  }

  bytes(values: Uint8Array): this {
    const start = this.#grow(values.length);
    this.#bytes.set(values, start);
    return this;
  }

  text(value: string): this {
    return this.bytes(new TextEncoder().encode(value));
  }

  /** Zeros up to the next multiple. */
  align(multiple: number): this {
    this.#grow((multiple - (this.#length % multiple)) % multiple);
    return this;
  }

  /** Writes 32-bit numbers over what is at a place. */
  patch32(at: number, ...values: readonly number[]): void {
    values.forEach((value, i) => {
      this.#view.setUint32(at + 4 * i, value, true);
    });
  }

  /** Writes a 64-bit number over what is at a place. */
  patch64(at: number, value: number): void {
    this.patch32(at, value % 2 ** 32, Math.floor(value / 2 ** 32));
  }

  /** What was written; the sink is done with. */
  result(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }
}
