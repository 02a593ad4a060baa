import type { RandomAccess } from '@manabi/files';
import { corruptHdf5, tooLargeHdf5 } from '../hdf5-errors.ts';
import { type FileFacts, Reader } from './reader.ts';

/** Bytes that are fetched together: the structures of a file are small, and often lie side by side. */
const PAGE_BYTES = 1 << 15;
/** Pages that are kept. */
const MAX_PAGES = 32;

/**
 * Metadata bytes that may be parsed, per byte of the file: each structure is parsed once or twice, but structures of a
 * hostile file may overlap.
 */
const PARSED_PER_BYTE = 16;
/** Stored elements that may be read, per byte of the file: a dataset may have several links. */
const STORED_PER_BYTE = 16;
/** Elements that may be unpacked, per byte of the file: deflate makes 1,032 bytes of one at most. */
const UNPACKED_PER_BYTE = 1100;
/** What a file may cost, however small it is. */
const FREE_BYTES = 1 << 20;

/** What reading a file may cost altogether, so that memory and time are linear in the file's size. */
class Budget {
  readonly #what: string;
  readonly #limit: number;
  #spent = 0;

  constructor(what: string, perByte: number, size: number) {
    this.#what = what;
    this.#limit = perByte * size + FREE_BYTES;
  }

  spend(name: string, bytes: number, place: string): void {
    this.#spent += bytes;
    if (this.#spent <= this.#limit) return;
    throw tooLargeHdf5(name, `'${place}' needs ${this.#what} than a file of this size can have`, {
      place,
      byteLength: bytes,
      limit: this.#limit,
    });
  }
}

/** An HDF5 file that is read piece by piece, within a budget. */
export class Hdf5File implements FileFacts {
  readonly name: string;
  offsetSize = 8;
  lengthSize = 8;
  /** The byte that addresses count from. */
  base = 0;
  readonly #source: RandomAccess;
  readonly #pages = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  readonly #parsed: Budget;
  readonly #stored: Budget;
  readonly #unpacked: Budget;

  constructor(source: RandomAccess) {
    this.name = source.name;
    this.#source = source;
    this.#parsed = new Budget('more metadata', PARSED_PER_BYTE, source.size);
    this.#stored = new Budget('more stored elements', STORED_PER_BYTE, source.size);
    this.#unpacked = new Budget('more elements', UNPACKED_PER_BYTE, source.size);
  }

  /** Bytes of the whole file. */
  get size(): number {
    return this.#source.size;
  }

  /**
   * Reads a structure.
   *
   * @param address where it begins, as the file says it
   * @throws FileError `corrupt` if it reaches past the end of the file; `tooLarge` past the budget
   */
  async block(address: number, length: number): Promise<Reader> {
    const start = this.#start(address, length);
    this.#parsed.spend(this.name, length, `byte ${start}`);
    return new Reader(this, await this.#bytes(start, start + length), start);
  }

  /** Reads up to `length` bytes of a structure whose size is in its head. */
  async head(address: number, length: number): Promise<Reader> {
    const start = this.#start(address, 0);
    return this.block(address, Math.min(length, this.size - start));
  }

  /**
   * Reads stored elements.
   *
   * @param place the dataset, for messages
   * @throws FileError as `block`
   */
  async stored(address: number, length: number, place: string): Promise<Uint8Array<ArrayBuffer>> {
    const start = this.#start(address, length);
    this.#stored.spend(this.name, length, place);
    return this.#source.read(start, start + length);
  }

  /** @throws FileError `tooLarge` for elements beyond the budget */
  unpack(length: number, place: string): void {
    this.#unpacked.spend(this.name, length, place);
  }

  /** @throws FileError `tooLarge` for steps beyond the budget */
  step(count: number, place: string): void {
    this.#parsed.spend(this.name, count, place);
  }

  #start(address: number, length: number): number {
    const start = this.base + address;
    const end = start + length;
    if (end <= this.size) return start;
    throw corruptHdf5(this.name, `it refers to byte ${end}, but ends at byte ${this.size}`, {
      offset: start,
      expected: end,
      got: this.size,
    });
  }

  async #bytes(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const first = Math.floor(start / PAGE_BYTES);
    const last = Math.floor(Math.max(start, end - 1) / PAGE_BYTES);
    if (start === end || last - first > 1) return this.#source.read(start, end);
    const from = start - first * PAGE_BYTES;
    const page = await this.#page(first);
    if (first === last) return page.subarray(from, from + end - start);
    const next = await this.#page(last);
    const bytes = new Uint8Array(end - start);
    bytes.set(page.subarray(from));
    bytes.set(next.subarray(0, end - last * PAGE_BYTES), PAGE_BYTES - from);
    return bytes;
  }

  #page(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const found = this.#pages.get(index);
    const page = found ?? this.#source.read(index * PAGE_BYTES, Math.min(this.size, (index + 1) * PAGE_BYTES));
    // The page that was asked for last becomes the youngest.
    this.#pages.delete(index);
    this.#pages.set(index, page);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > MAX_PAGES) this.#pages.delete(oldest);
    return page;
  }
}
