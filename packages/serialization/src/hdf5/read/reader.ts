import { corruptHdf5 } from '../hdf5-errors.ts';
import { lookup3 } from './checksums.ts';

/** Properties of a file that determine the decoding of its structures. */
export interface FileFacts {
  /** Name of the file, for messages. */
  readonly name: string;
  /** Size of an address in bytes. */
  readonly offsetSize: number;
  /** Size of a length in bytes. */
  readonly lengthSize: number;
}

/** Cursor over a block of a file. Every read checks the end of the block. Integers are little-endian. */
export class Reader {
  readonly file: FileFacts;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Position of the block's first byte in the file, for messages. */
  readonly origin: number;
  readonly #view: DataView;
  position = 0;

  constructor(file: FileFacts, bytes: Uint8Array<ArrayBuffer>, origin: number) {
    this.file = file;
    this.bytes = bytes;
    this.origin = origin;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Number of bytes to the end of the block. */
  get left(): number {
    return this.bytes.length - this.position;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /**
   * Reads an unsigned integer of 1 to 8 bytes.
   *
   * @throws FileError `corrupt` above 2^53 - 1, beyond any position or size in a file
   */
  unsigned(size: number): number {
    const value = this.#unsigned(size);
    if (value !== null && Number.isSafeInteger(value)) return value;
    const offset = this.origin + this.position - size;
    throw this.corrupt(`the integer at byte ${offset} exceeds 2^53 - 1`, { offset });
  }

  /** Reads a length, an integer of `lengthSize` bytes. */
  length(): number {
    return this.unsigned(this.file.lengthSize);
  }

  /** Reads a length; null if all its bits are set, which means "unlimited". */
  limit(): number | null {
    const value = this.#unsigned(this.file.lengthSize);
    if (value === null || Number.isSafeInteger(value)) return value;
    throw this.corrupt(`the length before byte ${this.origin + this.position} exceeds 2^53 - 1`, {});
  }

  /** Reads an address; null if all its bits are set, which means "undefined". */
  address(): number | null {
    const value = this.#unsigned(this.file.offsetSize);
    if (value === null || Number.isSafeInteger(value)) return value;
    throw this.corrupt(`the address before byte ${this.origin + this.position} exceeds 2^53 - 1`, {});
  }

  /** Takes the next bytes without copying them. */
  take(length: number): Uint8Array<ArrayBuffer> {
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Reads UTF-8 text in a field of `length` bytes, up to the first zero byte. */
  text(length: number): string {
    const bytes = this.take(length);
    const zero = bytes.indexOf(0);
    return new TextDecoder().decode(zero < 0 ? bytes : bytes.subarray(0, zero));
  }

  /** Reads zero-terminated UTF-8 text. */
  zeroTerminated(): string {
    const end = this.bytes.indexOf(0, this.position);
    if (end < 0) throw this.corrupt(`the name at byte ${this.origin + this.position} lacks its terminating zero`, {});
    const text = this.text(end - this.position);
    this.skip(1);
    return text;
  }

  skip(length: number): void {
    this.#advance(length);
  }

  /** Takes the next `length` bytes as a separate block. */
  part(length: number): Reader {
    const origin = this.origin + this.position;
    return new Reader(this.file, this.take(length), origin);
  }

  /** Returns a new cursor at the given position of the same block. */
  at(position: number): Reader {
    const reader = new Reader(this.file, this.bytes, this.origin);
    reader.skip(position);
    return reader;
  }

  /** Checks that the next bytes are the given letters, and skips them. */
  signature(letters: string): void {
    const offset = this.origin + this.position;
    const found = this.take(letters.length);
    if ([...letters].every((letter, i) => letter.charCodeAt(0) === found[i])) return;
    throw this.corrupt(`expected '${letters}' at byte ${offset}`, { offset, expected: letters });
  }

  /** Reads the next four bytes and compares them with the checksum of all preceding bytes of the block. */
  checksum(): void {
    const offset = this.origin + this.position;
    const expected = lookup3(this.bytes.subarray(0, this.position));
    if (this.u32() === expected) return;
    throw this.corrupt(`the checksum at byte ${offset} is wrong`, { offset, checksum: expected });
  }

  /** Returns the error for metadata that contradicts itself or the file. */
  corrupt(problem: string, data: Readonly<Record<string, unknown>>): Error {
    return corruptHdf5(this.file.name, problem, data);
  }

  /** Reads an unsigned integer, rounded above 2^53; null if all its bits are set. */
  #unsigned(size: number): number | null {
    const start = this.#advance(size);
    let value = 0;
    let hasClearBit = false;
    for (let i = size - 1; i >= 0; i--) {
      const byte = this.#view.getUint8(start + i);
      if (byte !== 0xff) hasClearBit = true;
      value = value * 256 + byte;
    }
    return hasClearBit || size === 0 ? value : null;
  }

  #advance(length: number): number {
    const start = this.position;
    if (length > this.left) {
      const end = this.origin + this.bytes.length;
      throw this.corrupt(`the structure that ends at byte ${end} lacks ${length - this.left} bytes`, {
        offset: this.origin + start,
        expected: length,
        got: this.left,
      });
    }
    this.position = start + length;
    return start;
  }
}
