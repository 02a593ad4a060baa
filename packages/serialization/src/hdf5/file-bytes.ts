import { corruptHdf5, tooLargeHdf5 } from './hdf5-errors.ts';

/** Steps of reading that a file may take for each of its bytes, and in any case: what is written wrong ends at last. */
const STEPS_PER_BYTE = 8;
const FREE_STEPS = 100_000;

/** The bytes of an HDF5 file, which parts are read from within bounds. */
export class FileBytes {
  /** What messages call the file. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView;
  /** Bytes of an address and of a length; set by the superblock. */
  offsetSize = 8;
  lengthSize = 8;
  /** What addresses begin from. */
  base = 0;
  #steps = 0;

  constructor(name: string, bytes: Uint8Array<ArrayBuffer>) {
    this.name = name;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /**
   * Reads from an address on.
   *
   * @param address as the file says it
   * @throws FileError `corrupt` if it lies outside of the file; `tooLarge` if the file leads in circles
   */
  at(address: number, length?: number): Reader {
    this.step();
    const start = this.base + address;
    const end = length === undefined ? this.bytes.length : start + length;
    if (start >= 0 && start <= end && end <= this.bytes.length) return new Reader(this, start, end);
    throw corruptHdf5(this.name, `it ends before byte ${end}, which it refers to`, {
      offset: start,
      expected: end,
      got: this.bytes.length,
    });
  }

  /** Counts a step of reading. */
  step(count = 1): void {
    this.#steps += count;
    if (this.#steps <= FREE_STEPS + STEPS_PER_BYTE * this.bytes.length) return;
    throw tooLargeHdf5(this.name, 'its parts refer to each other far more often than a file of this size needs', {
      size: this.bytes.length,
    });
  }
}

/** A place in a file that moves on as it is read. */
export class Reader {
  readonly file: FileBytes;
  readonly end: number;
  position: number;

  constructor(file: FileBytes, start: number, end: number) {
    this.file = file;
    this.position = start;
    this.end = end;
  }

  get left(): number {
    return this.end - this.position;
  }

  u8(): number {
    return this.file.view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.file.view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.file.view.getUint32(this.#take(4), true);
  }

  /** An unsigned number of 1 to 8 bytes. */
  unsigned(bytes: number): number {
    const start = this.#take(bytes);
    let value = 0;
    for (let i = bytes - 1; i >= 0; i--) value = value * 256 + this.file.view.getUint8(start + i);
    if (Number.isSafeInteger(value)) return value;
    throw corruptHdf5(this.file.name, `a number at byte ${start} is larger than any file`, { offset: start, value });
  }

  /** A length. */
  length(): number {
    return this.unsigned(this.file.lengthSize);
  }

  /** An address; null for one that is not defined. */
  address(): number | null {
    const { offsetSize } = this.file;
    const start = this.position;
    const isDefined = this.bytes(offsetSize).some((byte) => byte !== 0xff);
    if (!isDefined) return null;
    this.position = start;
    return this.unsigned(offsetSize);
  }

  /** Bytes of the file itself. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const start = this.#take(length);
    return this.file.bytes.subarray(start, start + length);
  }

  /** UTF-8, up to the first zero. */
  text(length: number): string {
    const bytes = this.bytes(length);
    const zero = bytes.indexOf(0);
    return new TextDecoder().decode(zero < 0 ? bytes : bytes.subarray(0, zero));
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** A reader of the next bytes, which are skipped. */
  part(length: number): Reader {
    const start = this.#take(length);
    return new Reader(this.file, start, start + length);
  }

  /** Whether the next bytes are these letters, which are skipped. */
  signature(letters: string): void {
    const start = this.position;
    const found = this.text(letters.length);
    if (found === letters) return;
    throw corruptHdf5(this.file.name, `'${letters}' should be at byte ${start}`, { offset: start, expected: letters });
  }

  #take(length: number): number {
    const start = this.position;
    if (length > this.end - start) {
      throw corruptHdf5(this.file.name, `it ends at byte ${this.end}, in the middle of a part`, {
        offset: start,
        expected: start + length,
        got: this.end,
      });
    }
    this.position = start + length;
    return start;
  }
}
