/**
 * A growing byte buffer with the encodings of the WebAssembly binary format, such as LEB128. Modules are assembled at
 * run time, so the methods must be fast: each is a simple loop over one `Uint8Array`.
 */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Number of bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** The bytes written so far, as a view that is valid until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /**
   * Writes an integer in [0, 2^53 - 1] as unsigned LEB128.
   *
   * @throws RangeError for any other number, which would make the module invalid
   */
  unsigned(value: number): void {
    if (!(Number.isSafeInteger(value) && value >= 0))
      throw new RangeError(`\`value\` must be an integer in [0, 2^53 - 1]; got ${value}.`);
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** Writes a 32-bit integer as signed LEB128; values from 2^31 to 2^32 - 1 are written as their two's complement. */
  signed32(value: number): void {
    let rest = value | 0;
    while (rest < -0x40 || rest > 0x3f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.byte(rest & 0x7f);
  }

  /** Writes a 64-bit integer as signed LEB128; values from 2^63 to 2^64 - 1 are written as their two's complement. */
  signed64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    while (rest < -0x40n || rest > 0x3fn) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest & 0x7fn));
  }

  /** Writes a float32 as four little-endian bytes; NaN becomes the canonical NaN. */
  float32(value: number): void {
    scratch.setFloat32(0, value, true);
    this.bytes(scratchBytes.subarray(0, 4));
  }

  /** Writes a float64 as eight little-endian bytes. */
  float64(value: number): void {
    scratch.setFloat64(0, value, true);
    this.bytes(scratchBytes);
  }

  /** Writes a name: its length in bytes, then UTF-8. */
  name(value: string): void {
    const encoded = encoder.encode(value);
    this.unsigned(encoded.length);
    this.bytes(encoded);
  }

  /** Writes the length of a section, function body or other part, and then the part. */
  sized(part: ByteWriter): void {
    this.unsigned(part.length);
    this.bytes(part.written);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

const encoder = new TextEncoder();
const scratchBytes = new Uint8Array(8);
const scratch = new DataView(scratchBytes.buffer);
