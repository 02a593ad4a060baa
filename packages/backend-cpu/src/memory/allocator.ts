import { ManabiError } from '@manabi/ir';
import { LinearMemory } from './linear-memory.ts';

/** A piece of linear memory that somebody holds. */
export interface Block {
  readonly address: number;
  /** Bytes taken, a multiple of the alignment. */
  readonly bytes: number;
}

/** Gives out pieces of one linear memory. */
export interface BlockSource {
  readonly memory: LinearMemory;
  /** Bytes in blocks that are held. */
  readonly held: number;
  /**
   * Returns a block of at least `bytes`.
   *
   * @throws ManabiError `memory` if neither free memory nor the system has that much
   */
  allocate(bytes: number): Block;
  /** Takes a block back. */
  free(block: Block): void;
}

interface Range {
  address: number;
  bytes: number;
}

/** Bytes that addresses of blocks are multiples of: a cache line. */
export const alignment = 64;

/**
 * Gives out pieces of one linear memory, aligned to 64 bytes.
 *
 * Freed blocks wait in a list of their size, where the next block of that size is found at once: a training loop asks
 * for the same sizes over and over. When no list has a fit, all waiting blocks are joined into ranges, and the smallest
 * range that suffices is cut; memory grows only when there is none.
 */
export class Allocator implements BlockSource {
  readonly memory = new LinearMemory();
  readonly #waiting = new Map<number, number[]>();
  /** Free ranges by address, none next to another. */
  #ranges: Range[];
  #held = 0;

  /**
   * @param start the lowest address to give out, a multiple of 64; never 0, so that 0 can mean "no memory"
   * @throws ManabiError `memory` if the memory cannot grow to `start`
   */
  constructor(start = alignment) {
    const missing = start - this.memory.byteLength;
    if (missing > 0 && !this.memory.grow(missing)) throw this.#refusal(start);
    this.#ranges = [{ address: start, bytes: this.memory.byteLength - start }];
  }

  get held(): number {
    return this.#held;
  }

  /** As `BlockSource`; a block of one alignment unit for 0 bytes. */
  allocate(bytes: number): Block {
    const rounded = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    const address = this.#waiting.get(rounded)?.pop() ?? this.#cut(rounded) ?? this.#cutAfterJoining(rounded);
    if (address === undefined) throw this.#refusal(bytes);
    this.#held += rounded;
    return { address, bytes: rounded };
  }

  free({ address, bytes }: Block): void {
    this.#held -= bytes;
    const list = this.#waiting.get(bytes);
    if (list === undefined) this.#waiting.set(bytes, [address]);
    else list.push(address);
  }

  /** The start of the smallest range that suffices; the rest of it stays free. */
  #cut(bytes: number): number | undefined {
    let best: Range | undefined;
    for (const range of this.#ranges) {
      if (range.bytes >= bytes && (best === undefined || range.bytes < best.bytes)) best = range;
    }
    if (best === undefined) return undefined;
    const { address } = best;
    best.address += bytes;
    best.bytes -= bytes;
    if (best.bytes === 0) this.#ranges = this.#ranges.filter((range) => range !== best);
    return address;
  }

  #cutAfterJoining(bytes: number): number | undefined {
    this.#joinFree();
    const address = this.#cut(bytes);
    if (address !== undefined) return address;
    const end = this.memory.byteLength;
    const last = this.#ranges.at(-1);
    const atEnd = last !== undefined && last.address + last.bytes === end ? last : undefined;
    if (!this.memory.grow(bytes - (atEnd?.bytes ?? 0))) return undefined;
    const grown = this.memory.byteLength - end;
    if (atEnd === undefined) this.#ranges.push({ address: end, bytes: grown });
    else atEnd.bytes += grown;
    return this.#cut(bytes);
  }

  /** Empties the lists of waiting blocks into the ranges, and joins neighbours. */
  #joinFree(): void {
    const free = this.#ranges;
    for (const [bytes, addresses] of this.#waiting) for (const address of addresses) free.push({ address, bytes });
    this.#waiting.clear();
    free.sort((a, b) => a.address - b.address);
    const joined: Range[] = [];
    for (const range of free) {
      const last = joined.at(-1);
      if (last !== undefined && last.address + last.bytes === range.address) last.bytes += range.bytes;
      else joined.push(range);
    }
    this.#ranges = joined;
  }

  #refusal(bytes: number): ManabiError {
    const reserved = this.memory.byteLength;
    return new ManabiError(
      'memory',
      `${bytes} bytes were asked for, but of the ${reserved} bytes that the memory has grown to, ${this.#held} are ` +
        'held, and it cannot grow by as much. Dispose of tensors that are no longer needed, donate inputs to jitted ' +
        'functions, or use smaller batches.',
      { data: { asked: bytes, held: this.#held, reserved } },
    );
  }
}
