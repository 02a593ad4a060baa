import { withData } from '@manabi/errors/internal';
import { ManabiError, StepClocks } from '@manabi/ir';
import { compileModule } from '#compile';
import { alignment, type Block, type BlockSource } from '../memory/allocator.ts';
import type { LinearMemory } from '../memory/linear-memory.ts';
import type { CompiledPlan, FramePlan } from '../plan/frame-plan.ts';
import type { Wide } from '../wide/wide-memory.ts';
import { float64Functions } from './float64-functions.ts';
import { PlanFrame } from './plan-frame.ts';
import type { ThreadedModule, Threads } from './threads.ts';

/**
 * Memory for intermediate values that plans share, because each plan uses it only while it runs. It grows to the size
 * that the largest plan needs.
 */
export class SharedArena {
  readonly #allocator: BlockSource;
  #block: Block | null = null;

  constructor(allocator: BlockSource) {
    this.#allocator = allocator;
  }

  /** Returns the address of the memory after growing it to at least `bytes` bytes. Its earlier contents may be lost. */
  reserve(bytes: number): number {
    if (this.#block !== null && this.#block.bytes >= bytes) return this.#block.address;
    if (this.#block !== null) {
      this.#allocator.free(this.#block);
      this.#block = null;
    }
    if (bytes === 0) return 0;
    this.#block = this.#allocator.allocate(bytes);
    return this.#block.address;
  }

  /** Number of reserved bytes. */
  get bytes(): number {
    return this.#block?.bytes ?? 0;
  }
}

/** The code of a plan, and its table and constants, for a memory with 32-bit or 64-bit addresses. */
export interface Loaded {
  readonly wide: Wide | null;
  readonly frame: PlanFrame;
  readonly threaded: ThreadedModule | null;
  readonly clocks: StepClocks | null;
}

/**
 * A compiled plan in memory, with its constants and its table of addresses.
 *
 * @throws ManabiError `memory` if memory for its constants is exhausted
 */
export class LoadedPlan {
  readonly plan: FramePlan;
  /** For each output, the number of the donated input whose memory the output reuses, or null. */
  readonly reuses: readonly (number | null)[];
  readonly #arena: SharedArena;
  readonly #memory: LinearMemory;
  /** Loads the code for the memory as it is at the time of the call. */
  readonly #load: () => Loaded;
  readonly #scratchOffset: number;
  readonly #keptOffset: number;
  #loaded: Loaded;
  readonly #arenaBytes: number;
  /**
   * Position of the first step that overwrites a donated input. If an index is out of range before this step, the run
   * stops, so the inputs are kept.
   */
  readonly #firstOverwrite: number;
  #arenaAddress = -1;
  #disposed = false;

  /**
   * @param measures whether to measure the time of each step
   * @param threads threads that run the tasks of steps; null if only the calling thread runs them
   */
  constructor(
    allocator: BlockSource,
    arena: SharedArena,
    compiled: CompiledPlan,
    measures = false,
    threads: Threads | null = null,
  ) {
    const { frame: plan, scratchBytes, keptScratchBytes } = compiled;
    const { memory } = allocator;
    this.plan = plan;
    this.#arena = arena;
    this.#memory = memory;
    this.#scratchOffset = aligned(plan.arenas[0] ?? 0);
    this.#keptOffset = this.#scratchOffset + aligned(scratchBytes);
    this.#arenaBytes = this.#keptOffset + keptScratchBytes;
    this.#firstOverwrite = compiled.firstOverwrite;
    this.reuses = reusesOf(plan);
    this.#load = () => {
      const { wide } = memory;
      wide?.check(compiled);
      const module = compileModule(wide?.widen(compiled.module) ?? compiled.module);
      // See `LinearMemory.memory` for its type.
      const imports = { env: { memory: memory.memory as WebAssembly.Memory }, math: { ...float64Functions } };
      const { exports } = new WebAssembly.Instance(module, imports);
      const threaded = threads?.load(module, allocator, measures) ?? null;
      const clocks = measures ? new StepClocks() : null;
      try {
        const frame = new PlanFrame(allocator, plan, { exports, threaded }, clocks);
        return { wide, frame, threaded, clocks };
      } catch (error) {
        threaded?.dispose();
        throw error;
      }
    };
    this.#loaded = this.#load();
  }

  /**
   * Runs all steps.
   *
   * @param inputs addresses of the inputs of the plan
   * @param outputs addresses of the outputs of the plan
   * @param now whether the run must have ended when this function returns
   * @returns a promise if another thread runs the steps
   * @throws ManabiError `index` for an index out of range, with `inputsKept` in its data unless a donated input was already
   * overwritten; `memory`, before any step runs, if memory for the arena is exhausted
   */
  run(
    inputs: readonly Pick<Block, 'address'>[],
    outputs: readonly Pick<Block, 'address'>[],
    now = true,
  ): void | Promise<void> {
    try {
      this.reserveArena();
      if (!now) {
        this.#loaded.threaded?.prepare?.(this.#loaded.frame);
        this.reserveArena();
      }
    } catch (error) {
      // The allocation of outputs has changed the memory, for which the plan could not be loaded again.
      throw error instanceof ManabiError ? withData(error, { inputsKept: true }) : error;
    }
    const { frame, threaded } = this.#loaded;
    for (let input = 0; input < inputs.length; input++) frame.setInput(input, inputs[input].address);
    for (let output = 0; output < outputs.length; output++) frame.setOutput(output, outputs[output].address);
    const stop = frame.hasChecks ? this.#firstOverwrite : -1;
    if (now || threaded?.run === undefined) this.#end(frame.run(stop));
    else return threaded.run(frame, stop, this.#end);
  }

  /**
   * Reserves the memory for intermediate values (the arena) now, so `run` cannot fail because memory is exhausted.
   *
   * @throws ManabiError `memory` if memory is exhausted, `disposed` after `dispose`
   */
  reserveArena(): void {
    if (this.#disposed) {
      const message = 'The executable is disposed and cannot run. Compile the graph again.';
      throw new ManabiError('disposed', message, { op: 'run' });
    }
    const address = this.#arena.reserve(this.#arenaBytes);
    // Loading may exhaust 32-bit addresses, too.
    while (this.#loaded.wide !== this.#memory.wide) {
      const loaded = this.#load();
      this.#unload();
      this.#loaded = loaded;
      this.#arenaAddress = -1;
    }
    if (address === this.#arenaAddress) return;
    this.#arenaAddress = address;
    const { frame } = this.#loaded;
    frame.setArena(address);
    frame.setScratch(address + this.#scratchOffset, address + this.#keptOffset);
  }

  /** Number of bytes by which the arena must grow for a run. */
  get missingBytes(): number {
    return Math.max(0, this.#arenaBytes - this.#arena.bytes);
  }

  /** The code of the plan, with the times of its steps and how threads have shared them, for reports. */
  get code(): Loaded {
    return this.#loaded;
  }

  /** Frees the table and the constants. The plan cannot run afterwards. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#unload();
  }

  #unload(): void {
    this.#loaded.threaded?.dispose();
    this.#loaded.frame.dispose();
  }

  /** @param stopped whether the run stopped because of an index out of range before it overwrote an input */
  readonly #end = (stopped: boolean): void => {
    const { clocks, frame } = this.#loaded;
    clocks?.endRun();
    const error = frame.takeError();
    if (error === null) return;
    const overwrites = !stopped && this.#firstOverwrite < this.plan.steps.length;
    throw overwrites ? error : withData(error, { inputsKept: true });
  };
}

/** Returns, for each output of a plan, the number of the donated input whose memory it reuses, or null. */
export function reusesOf({ outputs, slots }: Pick<FramePlan, 'outputs' | 'slots'>): readonly (number | null)[] {
  const reuses: (number | null)[] = outputs.map(() => null);
  for (const { place } of slots) if (place.kind === 'output') reuses[place.output] = place.reuses;
  return reuses;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
