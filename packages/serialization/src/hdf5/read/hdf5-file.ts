import type { RandomAccess } from '@manabi/files';
import { corruptHdf5, tooLargeHdf5 } from '../hdf5-errors.ts';
import { type FileFacts, Reader } from './reader.ts';

/** Size of a page, the unit of reading metadata: structures are small and often adjacent. */
const PAGE_BYTES = 1 << 15;
/** Largest number of cached pages of an HDF5 file. */
const MAX_PAGES = 32;

/**
 * Largest number of parsed metadata bytes per byte of the file: each structure is parsed once or twice, but structures of a
 * hostile file may overlap.
 */
const PARSED_PER_BYTE = 16;
/**
 * Largest number of bytes of stored elements that are read per byte of the file. It is greater than 1 because a dataset
 * may have several links and is then read several times.
 */
const STORED_PER_BYTE = 16;
/**
 * Largest number of decompressed bytes of elements per byte of the file: deflate expands a byte to at most 1,032 bytes.
 */
const UNPACKED_PER_BYTE = 1100;
/** Number of bytes that the budget of every file contains in addition to the part proportional to its size. */
const FREE_BYTES = 1 << 20;

/** Largest number of bytes of one structure; the longest ones are texts, such as the config of a model. */
const MOST_IN_STRUCTURE = 1 << 26;

/** Limit of the bytes processed for an HDF5 file, which keeps memory and time linear in its size. */
class Budget {
  readonly #unit: string;
  readonly #limit: number;
  #spent = 0;

  constructor(unit: string, perByte: number, size: number) {
    this.#unit = unit;
    this.#limit = perByte * size + FREE_BYTES;
  }

  spend(name: string, bytes: number, location: string): void {
    this.#spent += bytes;
    if (this.#spent <= this.#limit) return;
    throw tooLargeHdf5(name, `'${location}' needs more ${this.#unit} than a file of this size can contain`, {
      place: location,
      byteLength: bytes,
      limit: this.#limit,
    });
  }
}

/** An HDF5 file that is read in parts, within a budget. */
export class Hdf5File implements FileFacts {
  readonly name: string;
  offsetSize = 8;
  lengthSize = 8;
  /** Position in the file that addresses are relative to. */
  base = 0;
  readonly #source: RandomAccess;
  readonly #pages = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  readonly #parsed: Budget;
  readonly #stored: Budget;
  readonly #unpacked: Budget;

  constructor(source: RandomAccess) {
    this.name = source.name;
    this.#source = source;
    this.#parsed = new Budget('metadata', PARSED_PER_BYTE, source.size);
    this.#stored = new Budget('stored elements', STORED_PER_BYTE, source.size);
    this.#unpacked = new Budget('elements', UNPACKED_PER_BYTE, source.size);
  }

  /** Size of the file in bytes. */
  get size(): number {
    return this.#source.size;
  }

  /**
   * Reads `length` bytes of metadata.
   *
   * @param address address of the first byte, relative to `base`
   * @throws FileError `corrupt` for bytes beyond the end of the file; `tooLarge` if the budget is exceeded
   */
  async block(address: number, length: number): Promise<Reader> {
    const start = this.#start(address, length);
    this.#parsed.spend(this.name, length > MOST_IN_STRUCTURE ? Number.POSITIVE_INFINITY : length, `byte ${start}`);
    return new Reader(this, await this.#bytes(start, start + length), start);
  }

  /** Reads the start of a structure whose size is in its header: `length` bytes, or fewer at the end of the file. */
  async head(address: number, length: number): Promise<Reader> {
    const start = this.#start(address, 0);
    return this.block(address, Math.min(length, this.size - start));
  }

  /**
   * Reads elements of a dataset as they are stored, possibly compressed.
   *
   * @param path the dataset, for messages
   * @throws FileError the codes of `block`
   */
  async stored(address: number, length: number, path: string): Promise<Uint8Array<ArrayBuffer>> {
    const start = this.#start(address, length);
    this.#stored.spend(this.name, length, path);
    return this.#source.read(start, start + length);
  }

  /** Adds to the number of bytes decompressed from the file; throws a FileError `tooLarge` if it exceeds its limit. */
  unpack(length: number, path: string): void {
    this.#unpacked.spend(this.name, length, path);
  }

  /** Adds to the number of steps spent on parsing the file; throws a FileError `tooLarge` if it exceeds its limit. */
  step(count: number, location: string): void {
    this.#parsed.spend(this.name, count, location);
  }

  #start(address: number, length: number): number {
    const start = this.base + address;
    const end = start + length;
    if (end <= this.size) return start;
    throw corruptHdf5(this.name, `it refers to bytes ${start} to ${end}, but ends at byte ${this.size}`, {
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
    // Reinsertion makes this page the most recently used.
    this.#pages.delete(index);
    this.#pages.set(index, page);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > MAX_PAGES) this.#pages.delete(oldest);
    return page;
  }
}
