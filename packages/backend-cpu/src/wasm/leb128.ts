/**
 * A growing byte buffer with the integer encodings of the WebAssembly binary format (LEB128).
 * Plans are assembled at run time, so every method is a plain loop over one `Uint8Array`.
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

  /** The bytes written so far: a view, valid until the next write. */
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
   * Unsigned LEB128 of an integer from 0 to 2^53 - 1.
   *
   * @throws RangeError for any other number, which would become a module that means something else
   */
  unsigned(value: number): void {
    if (!(Number.isSafeInteger(value) && value >= 0)) throw new RangeError(`${value} is no unsigned integer.`);
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** Signed LEB128 of a 32-bit integer; values from 2^31 to 2^32 - 1 are taken as their two's complement. */
  signed32(value: number): void {
    let rest = value | 0;
    while (rest < -0x40 || rest > 0x3f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.byte(rest & 0x7f);
  }

  /** Signed LEB128 of a 64-bit integer; values from 2^63 to 2^64 - 1 are taken as their two's complement. */
  signed64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    while (rest < -0x40n || rest > 0x3fn) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest & 0x7fn));
  }

  /** Four bytes of an IEEE single, little-endian; the payload of a NaN becomes the canonical one. */
  float32(value: number): void {
    scratch.setFloat32(0, value, true);
    this.bytes(scratchBytes.subarray(0, 4));
  }

  /** Eight bytes of an IEEE double, little-endian. */
  float64(value: number): void {
    scratch.setFloat64(0, value, true);
    this.bytes(scratchBytes);
  }

  /** A name: its length in bytes, then UTF-8. */
  name(value: string): void {
    const encoded = encoder.encode(value);
    this.unsigned(encoded.length);
    this.bytes(encoded);
  }

  /** A section, function body or other part that the format prefixes with its length. */
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
