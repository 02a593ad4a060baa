/** Growing array of little-endian bytes. */
export class ByteSink {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
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

  /** Writes integers up to 2^53 as 64 bits; null (an undefined address) sets all bits. */
  u64(...values: readonly (number | null)[]): this {
    for (const value of values) {
      if (value === null) this.u32(0xffffffff, 0xffffffff);
      else this.u32(value % 2 ** 32, Math.floor(value / 2 ** 32));
    }
    return this;
  }

  bytes(values: Uint8Array): this {
    const at = this.#grow(values.length);
    this.#bytes.set(values, at);
    return this;
  }

  text(value: string): this {
    return this.bytes(new TextEncoder().encode(value));
  }

  /** Writes zeros up to the next position that is a multiple of `multiple`. */
  align(multiple: number): this {
    this.#grow((multiple - (this.#length % multiple)) % multiple);
    return this;
  }

  /** Returns the written bytes without copying them. */
  result(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Extends the array by `count` bytes and returns the position of the first one. */
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
}
