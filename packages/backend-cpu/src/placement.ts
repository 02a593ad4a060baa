import { type Backend, ManabiError } from '@manabi/ir';
import { type CpuBackendOptions, createBackendOn, type TestOptions } from './backend.ts';
import { chooseVectors } from './emit/vector-choice.ts';
import { Allocator, alignment } from './memory/allocator.ts';
import { EdgeAllocator } from './memory/edge-allocator.ts';
import { tools } from './wide/tools.ts';
import { findWide } from './wide/wide-memory.ts';

/**
 * Creates a CPU backend that allocates memory only above an address. Tests use it to check that large 32-bit addresses
 * work.
 *
 * @param start lowest address, a multiple of 64 below 4 GiB
 * @throws ManabiError `memory` if the memory cannot grow to `start`
 * @example
 * ```ts
 * import { createBackendFrom } from '@manabi/backend-cpu/placement';
 *
 * const backend = createBackendFrom(2 ** 20); // 2 ** 31 - 1024 places blocks on both sides of 2 GiB
 * const buffer = backend.upload({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) });
 * console.log((await backend.read(buffer)).shape); // [2]
 * ```
 */
export function createBackendFrom(start: number, options: CpuBackendOptions = {}): Backend {
  return createBackendOn((shared) => new Allocator(start, shared), options);
}

/** Selects the loops to vectorize as usual. Kernels that take long are divided into as many tasks as possible. */
const asManyTasks: TestOptions = { choose: (kernel) => ({ ...chooseVectors(kernel), cost: 2 ** 40 }) };

/** A backend for tests, and a function that selects the block at the end of its memory. */
export interface EdgeBackend {
  readonly backend: Backend;
  /** Places the block that is allocated after `count` others at the end of the memory. */
  readonly chooseAfter: (count: number) => void;
}

/**
 * Creates a CPU backend for tests of out-of-bounds accesses. The backend places a selected block at the end of its
 * memory, where an access past the end of the block traps. All other blocks share 16 MiB.
 *
 * @throws ManabiError `memory` if a plan or value needs more memory than there is
 * @example
 * ```ts
 * import { createEdgeBackend } from '@manabi/backend-cpu/placement';
 *
 * const { backend, chooseAfter } = createEdgeBackend();
 * chooseAfter(1);
 * const x = { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) } as const;
 * const [a, b] = [backend.upload(x), backend.upload(x)]; // b is at the end of the memory
 * console.log(backend.memory().buffers); // 2
 * ```
 */
export function createEdgeBackend(options: CpuBackendOptions = {}): EdgeBackend {
  // Matrix products may read up to 12 bytes past an operand (`DotShape`); loops must not.
  const slack = options.routines?.length === 0 ? 0 : 12;
  let chooseAfter: EdgeBackend['chooseAfter'] = () => {};
  const backend = createBackendOn((shared) => {
    const allocator = new EdgeAllocator(slack, shared);
    chooseAfter = (count) => allocator.chooseAfter(count);
    return allocator;
  }, options);
  return { backend, chooseAfter };
}

/**
 * Creates a CPU backend for tests of threads: it divides even small kernels into tasks, and all threads take part in the first
 * run. In an isolated page, threads take part once the program has returned to its event loop.
 *
 * @throws ManabiError `argument` if `threads` is not a positive integer
 * @example
 * ```ts node-only
 * import { createThreadedBackend } from '@manabi/backend-cpu/placement';
 *
 * const backend = createThreadedBackend({ threads: 3 });
 * const buffer = backend.upload({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) });
 * console.log((await backend.read(buffer)).shape); // [2]
 * ```
 */
export function createThreadedBackend(options: CpuBackendOptions = {}): Backend {
  return createBackendOn((shared) => new Allocator(alignment, shared), options, asManyTasks);
}

/** Options of `createWideBackend`. */
export interface WideBackendOptions extends CpuBackendOptions {
  /** Number of pages of 64 KiB up to which addresses have 32 bits. Default: 0. */
  readonly after?: number;
  /** Whether threads take part as in a backend of `createThreadedBackend`. Default: false. */
  readonly eager?: boolean;
}

/**
 * Creates a CPU backend for tests whose memory changes to 64-bit addresses before it needs 4 GiB.
 *
 * @throws ManabiError `backend` if the engine has no 64-bit addresses
 * @example
 * ```ts node-only
 * import { createWideBackend } from '@manabi/backend-cpu/placement';
 *
 * const backend = createWideBackend({ threads: 1 });
 * const buffer = backend.upload({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) });
 * console.log((await backend.read(buffer)).shape); // [2]
 * ```
 */
export function createWideBackend({ after = 0, eager = false, ...options }: WideBackendOptions = {}): Backend {
  // Node 20 has 64-bit addresses, but no memories of more than 4 GiB.
  const wide = findWide(tools) ?? findWide(tools, [2 ** 16]);
  if (wide === null) throw new ManabiError('backend', 'This engine has no 64-bit addresses. Use Node 20 or later.');
  return createBackendOn(
    // Without pages of 32-bit addresses, the first block is behind the only page that the memory has before it grows.
    (shared) => new Allocator(after === 0 ? 2 ** 16 : alignment, shared, () => wide, Math.max(1, after)),
    options,
    eager ? asManyTasks : undefined,
  );
}

/**
 * Creates a CPU backend for tests of the cache of compiled plans: it stores all plans, however fast they compile.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts node-only
 * import { createStoringBackend } from '@manabi/backend-cpu/placement';
 *
 * const backend = createStoringBackend({ planCache: 'plans' }); // creates the folder when it stores a plan
 * const buffer = backend.upload({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) });
 * console.log((await backend.read(buffer)).shape); // [2]
 * ```
 */
export function createStoringBackend(options: CpuBackendOptions = {}): Backend {
  return createBackendOn((shared) => new Allocator(alignment, shared), options, { leastStoredTime: 0 });
}
