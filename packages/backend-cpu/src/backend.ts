import { compilePlan, type Plan, type RoutineTable, routineNamed } from '@manabi/compiler';
import {
  anything,
  boolean,
  type KindsOf,
  listOf,
  name,
  nullable,
  type OptionValues,
  optional,
  readOptions,
} from '@manabi/errors';
import {
  type Backend,
  type BackendMemory,
  type Buffer,
  BufferLedger,
  BufferRun,
  type CompileOptions,
  type ElementArray,
  type Executable,
  type Graph,
  type HostArray,
  hostArray,
  type RunSignature,
  sizeOf,
} from '@manabi/ir';
import { descriptionsFor, emittersFor } from '#emitters';
import { createPlanCache } from '#plan-cache';
import { createThreads, threadCount } from '#threads';
import { wideMemory } from '#wide';
import type { chooseVectors } from './emit/vector-choice.ts';
import { emitPlan } from './emit-plan.ts';
import { Allocator, alignment, type Block, type BlockSource } from './memory/allocator.ts';
import { bytesOfType } from './memory/linear-memory.ts';
import type { CompiledPlan, FramePlan } from './plan/frame-plan.ts';
import type { PlanCache } from './plan-cache/plan-cache.ts';
import type { Emitters } from './routines/emitters.ts';
import { LoadedPlan, reusesOf, SharedArena } from './runtime/loaded-plan.ts';
import type { Threads } from './runtime/threads.ts';
import { type CpuRoutineName, cpuRoutines, cpuTarget, selectedRoutines } from './target.ts';
import { fusesMultiplyAdd } from './wasm/fused.ts';
import type { Pending, Wide } from './wide/wide-memory.ts';

/** Selects the loops of a kernel to vectorize, and estimates the time of the kernel. */
type ChooseVectors = typeof chooseVectors;

/** Options for tests. */
export interface TestOptions {
  /** Function that selects the loops to vectorize. Threads then take part in all steps, and plans are not cached. */
  readonly choose?: ChooseVectors;
  /** Time in milliseconds that a plan must take to compile to be stored in the cache. */
  readonly leastStoredTime?: number;
}

/** Options of `createCpuBackend`. */
export interface CpuBackendOptions {
  /**
   * Hand-written routines to use; generated loops compute everything else. Default: all routines. Pass [] to test the
   * loops.
   */
  readonly routines?: readonly CpuRoutineName[];
  /**
   * Whether to compute the same bits on all platforms, with each element of a convolution as the sum of its own products.
   * Default: false, which permits fused multiply-add, where engine and processor have it, and Winograd's algorithm for filters
   * of 3x3. Both are faster and about as accurate, but an infinity or NaN in an image of such a convolution spreads further.
   */
  readonly exact?: boolean;
  /** Whether to measure the time of each step, for `profile`. Default: false, because measuring takes some time. */
  readonly measures?: boolean;
  /**
   * Number of threads that compute. Results do not depend on it. The calling thread is one of them, except in the main thread of
   * an isolated page, which leaves long plans to workers unless the number is 1. Pages without cross-origin isolation use one
   * thread. Default: the number that `setThreads` sets, also if it is called later.
   */
  readonly threads?: number;
  /**
   * Folder in which Node keeps compiled plans, so that the next process need not compile them; null for none. It may be deleted at
   * any time, and takes about 256 MiB at most. Default: the value of the environment variable `MANABI_PLAN_CACHE`, or none. Ignored in
   * pages.
   */
  readonly planCache?: string | null;
}

// The lookup rejects an unknown routine with a message that suggests the nearest name.
const kinds = {
  routines: optional(listOf(anything<CpuRoutineName>())),
  exact: optional(boolean, false),
  measures: optional(boolean, false),
  threads: optional(threadCount),
  planCache: optional(nullable(name)),
} satisfies KindsOf<CpuBackendOptions>;

const routineNames = Object.fromEntries(cpuRoutines.map((name) => [name, name]));

/**
 * Backend for the CPU that compiles each graph to a WebAssembly module.
 *
 * All methods are synchronous, except that in pages, `compile` downloads code when a plan first needs it, and `run` leaves long
 * plans to workers if it can. All platforms with fused multiply-add compute the same bits.
 */
class CpuBackend implements Backend {
  readonly name = 'cpu';
  readonly synchronous = true;
  readonly #allocator: BlockSource;
  readonly #ledger: BufferLedger<Block>;
  readonly #arena: SharedArena;
  readonly #routines: readonly CpuRoutineName[];
  readonly #measures: boolean;
  readonly #threads: Threads | null;
  readonly #choose: ChooseVectors | undefined;
  readonly #fused: boolean;
  readonly #cache: PlanCache | null;

  constructor(
    allocator: BlockSource,
    threads: Threads | null,
    { choose, leastStoredTime }: TestOptions,
    { routines = cpuRoutines, exact, measures, planCache }: OptionValues<typeof kinds>,
  ) {
    this.#allocator = allocator;
    this.#ledger = new BufferLedger<Block>(this, {
      allocate: (type) => allocator.allocate(bytesOfType(type)),
      free: (block) => allocator.free(block),
      bytesOf: bytesOfType,
    });
    this.#arena = new SharedArena(allocator);
    allocator.memory.beforeWiden = () => threads?.settle?.();
    for (const routine of routines) routineNamed(routineNames, routine, 'Option `routines`');
    this.#routines = routines.filter((name) => !exact || name !== 'winograd');
    this.#measures = measures;
    this.#threads = threads;
    this.#choose = choose;
    this.#fused = !exact && fusesMultiplyAdd();
    this.#cache = choose === undefined ? createPlanCache(planCache, leastStoredTime) : null;
  }

  /** @throws ManabiError `memory` if memory is exhausted */
  upload({ dtype, shape, data }: HostArray): Buffer {
    const buffer = this.#ledger.allocate({ dtype, shape });
    this.#allocator.memory.write(dtype, this.#ledger.memoryOf(buffer, 'upload').address, data);
    return buffer;
  }

  /** @throws ManabiError `disposed` for a released buffer, `backend` for a buffer of another backend */
  read(buffer: Buffer): HostArray {
    const { address } = this.#ledger.memoryOf(buffer, 'read');
    const { dtype, shape } = buffer.type;
    return hostArray(dtype, shape, this.#allocator.memory.read(dtype, address, sizeOf(shape)));
  }

  /** @throws ManabiError `disposed` for a released buffer, `backend` for a buffer of another backend */
  readInto(buffer: Buffer, data: ElementArray): void {
    const { address } = this.#ledger.memoryOf(buffer, 'readInto');
    const { dtype, shape } = buffer.type;
    this.#allocator.memory.readInto(dtype, address, sizeOf(shape), data);
  }

  /** @throws ManabiError `disposed` for a released buffer, `backend` for a buffer of another backend */
  release(buffer: Buffer): void {
    this.#ledger.release(buffer);
  }

  /** @throws ManabiError `disposed` for a released buffer, `backend` for a buffer of another backend */
  firstRows(buffer: Buffer, rows: number): Buffer {
    const block = this.#ledger.take(buffer, 'firstRows');
    const { dtype, shape } = buffer.type;
    return this.#ledger.hold({ dtype, shape: [rows, ...shape.slice(1)] }, block);
  }

  compile(graph: Graph, options: CompileOptions): Executable | Promise<Executable> {
    const again = (loading: Promise<unknown>): Promise<Executable> => loading.then(() => this.compile(graph, options));
    const table = descriptionsFor(graph);
    if (table instanceof Promise) return again(table);
    const { donated } = options;
    const { type: memory } = this.#allocator.memory;
    const routines = selectedRoutines(table, this.#routines);
    const planOf = () => compilePlan(graph, { target: { ...cpuTarget, routines }, donated, routineTable: table });
    const entry = this.#cache?.entryOf(graph, { donated, routines, memory, fused: this.#fused });
    const stored = entry?.read();
    if (stored) {
      const wide = this.#wideFor(stored.frame);
      return wide instanceof Promise ? again(wide) : this.#load(stored, wide, planOf, table, donated);
    }
    const plan = planOf();
    const wide = this.#wideFor(plan);
    if (wide instanceof Promise) return again(wide);
    const load = (emitters: Partial<Emitters>): Executable => {
      const compiled = emitPlan(plan, emitters, { memory, fused: this.#fused, choose: this.#choose });
      entry?.keep(compiled);
      return this.#load(compiled, wide, () => plan, table, donated);
    };
    const emitters = emittersFor(plan);
    const code = this.#threads?.code?.();
    return emitters instanceof Promise || code !== undefined
      ? Promise.all([emitters, code]).then(([loaded]) => load(loaded))
      : load(emitters);
  }

  /**
   * Returns `LinearMemory.wide` when the memory holds the values of a plan; a promise while the code is downloaded.
   *
   * @throws ManabiError `memory` if the memory cannot hold them
   */
  #wideFor(plan: PlanMemory): Wide | Pending | null {
    const bytes = freshBytes(plan, reusesOf(plan)) + (plan.arenas[0] ?? 0);
    const wide = this.#allocator.memory.wideFor(bytes);
    // Offsets beyond the limit cannot be written into the module.
    if (!(wide instanceof Promise)) this.#allocator.checkFits(bytes, 0);
    return wide;
  }

  /** @param wide `LinearMemory.wide` when the memory holds the values of the plan */
  #load(
    compiled: CompiledPlan,
    wide: Wide | null,
    planOf: () => Plan,
    table: RoutineTable,
    donated: readonly number[],
  ): Executable {
    wide?.check(compiled);
    const plan = compiled.frame;
    const loaded = new LoadedPlan(this.#allocator, this.#arena, compiled, this.#measures, this.#threads);
    const { inputs, outputs } = plan;
    const signature: RunSignature = { inputs, outputs, reuses: loaded.reuses, donated };
    const fresh = freshBytes(plan, loaded.reuses);
    return {
      run: (given, now = false) => this.#run(loaded, signature, fresh, given, now),
      describe: async () => (await import('./runtime/report.ts')).describePlan(planOf(), table, loaded),
      steps: async () => (await import('./runtime/report.ts')).reportsOf(planOf(), cpuTarget, table, loaded),
      dispose: () => loaded.dispose(),
    };
  }

  memory(): BackendMemory {
    const { held, buffers } = this.#ledger;
    return { held, reserved: this.#allocator.memory.byteLength, buffers };
  }

  /** @param fresh number of bytes of the outputs that need new memory */
  #run(
    loaded: LoadedPlan,
    signature: RunSignature,
    fresh: number,
    given: readonly Buffer[],
    now: boolean,
  ): readonly Buffer[] | Promise<readonly Buffer[]> {
    // Plans share the arena, so no other may run.
    this.#threads?.settle?.();
    const run = new BufferRun(this.#ledger, signature, given, () => {
      this.#allocator.checkFits(fresh + loaded.missingBytes, this.#allocator.held);
      loaded.reserveArena();
    });
    const fail = (error: unknown): never => {
      run.fail(error);
      throw error;
    };
    let ended: void | Promise<void>;
    try {
      ended = loaded.run(run.inputs, run.outputs, now);
    } catch (error) {
      return fail(error);
    }
    return ended === undefined ? run.succeed() : ended.then(() => run.succeed(), fail);
  }
}

/** What memory a plan needs. */
type PlanMemory = Pick<FramePlan, 'outputs' | 'slots' | 'arenas'>;

/** Returns the number of bytes of the outputs that do not reuse the memory of an input. */
function freshBytes({ outputs }: PlanMemory, reuses: readonly (number | null)[]): number {
  return outputs.reduce((sum, type, i) => (reuses[i] === null ? sum + bytesOfType(type) : sum), 0);
}

/**
 * Creates a CPU backend with its own memory. Import `@manabi/backend-cpu/register` instead to register one with default
 * options as `cpu`.
 *
 * @throws ManabiError `argument` for an unknown routine
 * @example
 * ```ts
 * import { createCpuBackend } from '@manabi/backend-cpu';
 *
 * const backend = createCpuBackend({ measures: true });
 * const buffer = backend.upload({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) });
 * console.log(Array.from((await backend.read(buffer)).data)); // [1, 2]
 * ```
 */
export function createCpuBackend(options: CpuBackendOptions = {}): Backend {
  return createBackendOn((shared) => new Allocator(alignment, shared, wideMemory), options);
}

/**
 * Creates a CPU backend that allocates its memory with the allocator that the given function returns. The argument of the
 * function is true if threads share the memory.
 */
export function createBackendOn(
  allocatorOf: (shared: boolean) => BlockSource,
  options: CpuBackendOptions = {},
  tests: TestOptions = {},
): Backend {
  const values = readOptions('createCpuBackend', options, kinds);
  const threads = createThreads(values.threads, tests.choose !== undefined, values.measures);
  return new CpuBackend(allocatorOf(threads !== null), threads, tests, values);
}
