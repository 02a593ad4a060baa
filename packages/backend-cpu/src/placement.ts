import type { Backend } from '@manabi/ir';
import { type CpuBackendOptions, createBackendOn } from './backend.ts';
import { Allocator } from './memory/allocator.ts';
import { EdgeAllocator } from './memory/edge-allocator.ts';

/**
 * Makes a CPU backend whose memory begins at an address, as if everything below it were taken. For tests of addresses
 * that do not fit into 31 bits.
 *
 * @param start a multiple of 64, below 4 GiB
 * @throws ManabiError `memory` if the memory cannot grow to `start`
 * @example
 * ```ts
 * const backend = createBackendFrom(2 ** 31 - 1024); // blocks on both sides of 2 GiB
 * ```
 */
export function createBackendFrom(start: number, options: CpuBackendOptions = {}): Backend {
  return createBackendOn(new Allocator(start), options);
}

/** A backend for tests, and the choice of which of its blocks lies at the end of memory. */
export interface EdgeBackend {
  readonly backend: Backend;
  /** Puts the block that is allocated after `count` others against the end of the memory. */
  readonly chooseAfter: (count: number) => void;
}

/**
 * Makes a CPU backend that puts one block at a time against the very end of its memory, where reading past it traps. For
 * tests of out-of-bounds accesses. Memory is limited to 16 MiB.
 *
 * @example
 * ```ts
 * const { backend, chooseAfter } = createEdgeBackend();
 * chooseAfter(1);
 * const [a, b] = [backend.upload(left), backend.upload(right)]; // b ends where the memory ends
 * ```
 */
export function createEdgeBackend(options: CpuBackendOptions = {}): EdgeBackend {
  // Products may read up to 12 bytes past an operand (`DotShape`); loops may not.
  const slack = options.routines?.length === 0 ? 0 : 12;
  const allocator = new EdgeAllocator(slack);
  return { backend: createBackendOn(allocator, options), chooseAfter: (count) => allocator.chooseAfter(count) };
}
