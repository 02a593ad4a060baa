/** Reads the encodings of the WebAssembly binary format, such as LEB128. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  get position(): number {
    return this.#at;
  }

  /** Returns the bytes from a position up to the present one. */
  since(position: number): Uint8Array {
    return this.#bytes.subarray(position, this.#at);
  }

  /** Reads all bytes that are left. */
  rest(): Uint8Array {
    return this.bytes(this.#end - this.#at);
  }

  byte(): number {
    return this.#bytes[this.#at++];
  }

  bytes(count: number): Uint8Array {
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** Reads unsigned LEB128 of at most 53 bits. */
  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  /** Reads signed LEB128 of at most 64 bits. */
  signed(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - (1n << (shift + 7n));
    }
  }

  /** Reads a name: its length in bytes, then UTF-8. */
  name(): string {
    return decoder.decode(this.bytes(this.unsigned()));
  }

  /** Reads the length of a part, and returns a reader of the part, which this reader skips. */
  sized(): ByteReader {
    const length = this.unsigned();
    this.#at += length;
    return new ByteReader(this.#bytes, this.#at - length, this.#at);
  }

  /** Reads a list with the given function. Its length comes first, unless it is given. */
  list<T>(read: () => T, length = this.unsigned()): T[] {
    return Array.from({ length }, read);
  }
}

const decoder = new TextDecoder();
