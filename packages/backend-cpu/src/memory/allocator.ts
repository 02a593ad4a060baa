import { ManabiError } from '@manabi/ir';
import { LinearMemory, type WideSource } from './linear-memory.ts';

/** An allocated range of linear memory. */
export interface Block {
  readonly address: number;
  /** Size in bytes, a multiple of the alignment. */
  readonly bytes: number;
}

/** Allocates blocks of a linear memory. */
export interface BlockSource {
  readonly memory: LinearMemory;
  /** Total size of all allocated blocks in bytes. */
  readonly held: number;
  /**
   * Returns a block of at least `bytes`.
   *
   * @throws ManabiError `memory` if free memory is insufficient and the memory cannot grow
   */
  allocate(bytes: number): Block;
  /** Frees a block. */
  free(block: Block): void;
  /**
   * Checks that blocks of a total size can fit into the memory beside others, before any of them is allocated.
   *
   * @param held bytes of the other blocks
   * @throws ManabiError `memory` if they cannot
   */
  checkFits(bytes: number, held: number): void;
}

interface Range {
  address: number;
  bytes: number;
}

/** Alignment of blocks in bytes: the size of a cache line. */
export const alignment = 64;

/**
 * Allocates blocks of a linear memory, aligned to 64 bytes.
 *
 * Freed blocks are kept in lists by size and reused for requests of the same size, because a training loop repeats its
 * requests. If no list has a block, all free blocks are merged into ranges, and the smallest range that is large enough
 * is divided. Memory grows only if there is no such range.
 */
export class Allocator implements BlockSource {
  readonly memory: LinearMemory;
  readonly #waiting = new Map<number, number[]>();
  /** Free ranges, sorted by address and not adjacent. */
  #ranges: Range[];
  #held = 0;

  /**
   * @param start lowest address to allocate, a multiple of 64; not 0, which means "no memory"
   * @param shared whether threads share the memory
   * @param source how to change to 64-bit addresses, see `LinearMemory`
   * @param narrowPages for tests: number of pages up to which addresses have 32 bits
   * @throws ManabiError `memory` if the memory cannot grow to `start`
   */
  constructor(start = alignment, shared = false, source?: WideSource, narrowPages?: number) {
    this.memory = new LinearMemory(shared, source, narrowPages);
    const missing = start - this.memory.byteLength;
    if (missing > 0 && !this.memory.grow(missing)) throw this.#refusal(start);
    this.#ranges = [{ address: start, bytes: this.memory.byteLength - start }];
  }

  get held(): number {
    return this.#held;
  }

  /** Allocates a block (see `BlockSource`); for 0 bytes, a block of 64 bytes. */
  allocate(bytes: number): Block {
    const rounded = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    const address = this.#waiting.get(rounded)?.pop() ?? this.#cut(rounded) ?? this.#cutAfterJoining(rounded);
    if (address === undefined) throw this.#refusal(bytes);
    this.#held += rounded;
    return { address, bytes: rounded };
  }

  checkFits(bytes: number, held: number): void {
    if (bytes + held > this.memory.mostBytes(bytes + held)) throw this.#refusal(bytes, held);
  }

  free({ address, bytes }: Block): void {
    this.#held -= bytes;
    const list = this.#waiting.get(bytes);
    if (list === undefined) this.#waiting.set(bytes, [address]);
    else list.push(address);
  }

  /** Takes memory from the smallest free range that is large enough; returns its address, or undefined if no range is large enough. */
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

  /** Moves all free blocks from the lists to the free ranges, and merges adjacent ranges. */
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

  #refusal(bytes: number, held = this.#held): ManabiError {
    const reserved = this.memory.byteLength;
    const mostBytes = this.memory.mostBytes(bytes + held);
    return new ManabiError(
      'memory',
      `Cannot allocate ${bytes} bytes: ${held} are in use, and the memory cannot grow enough. Its limit is ${mostBytes} bytes. ` +
        'Dispose of unused tensors, donate inputs to jitted functions, or use smaller batches or another backend.',
      { data: { asked: bytes, held, reserved, limit: mostBytes } },
    );
  }
}
