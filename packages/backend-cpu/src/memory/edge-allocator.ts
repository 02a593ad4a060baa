import { Allocator, type Block, type BlockSource } from './allocator.ts';
import type { LinearMemory } from './linear-memory.ts';

/** Memory that the other blocks of an `EdgeAllocator` share, and memory at its end for the chosen block. */
const sharedBytes = 2 ** 24;
const edgeBytes = 2 ** 22;

/**
 * Puts one chosen block against the very end of the memory, so that a read or write past its end traps instead of
 * touching a neighbour. For tests.
 */
export class EdgeAllocator implements BlockSource {
  readonly #others = new Allocator();
  readonly #start: number;
  readonly #end: number;
  /** Blocks to allocate before the one at the edge; negative once it was given out. */
  #before = -1;
  #edge: Block | null = null;

  /** @param slack bytes past the end of the block that may be read */
  constructor(slack: number) {
    // All the memory that is ever needed, so that the edge never moves.
    const shared = this.#others.allocate(sharedBytes);
    const { address, bytes } = this.#others.allocate(edgeBytes);
    const rest = this.memory.byteLength - (address + bytes);
    if (rest > 0) this.#others.allocate(rest);
    this.#others.free(shared);
    this.#start = address;
    this.#end = this.memory.bytes.length - slack;
  }

  /** Puts the block that is allocated after `count` others at the edge. */
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
    // Only blocks of 8-byte elements need an address that is a multiple of 8, and their sizes are such.
    const unit = bytes % 8 === 0 ? 8 : bytes % 4 === 0 ? 4 : 1;
    const address = Math.floor((this.#end - bytes) / unit) * unit;
    if (address < this.#start) throw new Error(`A block of ${bytes} bytes does not fit at the edge.`);
    this.#edge = { address, bytes };
    return this.#edge;
  }

  free(block: Block): void {
    if (block === this.#edge) this.#edge = null;
    else this.#others.free(block);
  }

  #allocateElsewhere(bytes: number): Block {
    const before = this.memory.byteLength;
    const block = this.#others.allocate(bytes);
    if (this.memory.byteLength === before) return block;
    throw new Error(`The memory of an EdgeAllocator must not grow; ${bytes} bytes are too many.`);
  }
}
