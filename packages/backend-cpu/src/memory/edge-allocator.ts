import { Allocator, alignment, type Block, type BlockSource } from './allocator.ts';
import type { LinearMemory } from './linear-memory.ts';

/**
 * Sizes in bytes of the two parts of the memory of an `EdgeAllocator`: the first is for all blocks except the selected
 * one, the second for the selected block.
 */
const sharedBytes = 2 ** 24;
const edgeBytes = 2 ** 22;

/**
 * Allocator for tests that places a selected block at the end of the memory, where an access past the end of the block
 * traps instead of reaching another block.
 */
export class EdgeAllocator implements BlockSource {
  readonly #others: Allocator;
  readonly #start: number;
  readonly #end: number;
  /** Number of blocks to allocate before the one at the end of the memory; negative after that. */
  #before = -1;
  #edge: Block | null = null;

  /**
   * @param slack number of bytes past the end of the block that may be read
   * @param shared whether threads share the memory
   */
  constructor(slack: number, shared: boolean) {
    this.#others = new Allocator(alignment, shared);
    // Reserves all memory now, because growth would move the end of the memory.
    const low = this.#others.allocate(sharedBytes);
    const { address, bytes } = this.#others.allocate(edgeBytes);
    const rest = this.memory.byteLength - (address + bytes);
    if (rest > 0) this.#others.allocate(rest);
    this.#others.free(low);
    this.#start = address;
    this.#end = this.memory.bytes.length - slack;
  }

  /** After `count` other blocks, allocates the next block at the end of the memory. */
  chooseAfter(count: number): void {
    this.#before = count;
  }

  get memory(): LinearMemory {
    return this.#others.memory;
  }

  get held(): number {
    return this.#others.held + (this.#edge?.bytes ?? 0);
  }

  allocate(bytes: number): Block {
    if (this.#edge !== null || this.#before-- !== 0) return this.#allocateElsewhere(bytes);
    // Blocks of 8-byte elements need addresses that are multiples of 8; their sizes are multiples of 8.
    const unit = bytes % 8 === 0 ? 8 : bytes % 4 === 0 ? 4 : 1;
    const address = Math.floor((this.#end - bytes) / unit) * unit;
    if (address < this.#start)
      throw new Error(`The block at the edge must have at most ${edgeBytes} bytes; got ${bytes}.`);
    this.#edge = { address, bytes };
    return this.#edge;
  }

  checkFits(bytes: number, held: number): void {
    this.#others.checkFits(bytes, held);
  }

  free(block: Block): void {
    if (block === this.#edge) this.#edge = null;
    else this.#others.free(block);
  }

  #allocateElsewhere(bytes: number): Block {
    const before = this.memory.byteLength;
    const block = this.#others.allocate(bytes);
    if (this.memory.byteLength === before) return block;
    throw new Error(`The memory of an EdgeAllocator cannot grow; cannot allocate ${bytes} bytes.`);
  }
}
