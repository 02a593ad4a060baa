import { withData } from '@manabi/errors/internal';
import { ManabiError, StepClocks } from '@manabi/ir';
import { alignment, type Block, type BlockSource } from '../memory/allocator.ts';
import { float64Functions } from './float64-functions.ts';
import type { CompiledPlan, FramePlan } from './frame-plan.ts';
import { PlanFrame } from './plan-frame.ts';

/** Scratch memory that plans share: each needs it only while it runs. It grows to what the largest plan needs. */
export class SharedArena {
  readonly #allocator: BlockSource;
  #block: Block | null = null;

  constructor(allocator: BlockSource) {
    this.#allocator = allocator;
  }

  /** The address of at least `bytes`; what was there before may be gone. */
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

  /** Bytes that it holds. */
  get bytes(): number {
    return this.#block?.bytes ?? 0;
  }
}

/**
 * A compiled plan in memory, with its constants and its table of addresses.
 *
 * @throws ManabiError `memory` if there is no room for its constants
 */
export class LoadedPlan {
  readonly plan: FramePlan;
  /** For each output, the donated input whose memory it takes over, or null. */
  readonly reuses: readonly (number | null)[];
  readonly #arena: SharedArena;
  readonly #frame: PlanFrame;
  readonly #clocks: StepClocks | null;
  readonly #scratchOffset: number;
  readonly #keptOffset: number;
  readonly #arenaBytes: number;
  /** The first step that writes over a donated input. Indices are looked at before it, so that these survive an error. */
  readonly #firstOverwrite: number;
  #arenaAddress = -1;
  #disposed = false;

  /** @param measures whether runs are measured step by step */
  constructor(allocator: BlockSource, arena: SharedArena, compiled: CompiledPlan, measures = false) {
    const { module, frame: plan, scratchBytes, keptScratchBytes } = compiled;
    this.plan = plan;
    this.#arena = arena;
    const exports = allocator.memory.instantiate(module, float64Functions);
    this.#scratchOffset = aligned(plan.arenas[0] ?? 0);
    this.#keptOffset = this.#scratchOffset + aligned(scratchBytes);
    this.#arenaBytes = this.#keptOffset + keptScratchBytes;
    this.#clocks = measures ? new StepClocks() : null;
    this.#frame = new PlanFrame(allocator, plan, exports, this.#clocks);
    this.#firstOverwrite = compiled.firstOverwrite;
    const reuses: (number | null)[] = plan.outputs.map(() => null);
    for (const { place } of plan.slots) if (place.kind === 'output') reuses[place.output] = place.reuses;
    this.reuses = reuses;
  }

  /**
   * Runs all steps.
   *
   * @param inputs where the plan's inputs lie
   * @param outputs where its outputs lie
   * @throws ManabiError `index` for an index out of range, with `inputsKept` in its data unless a donated input was written
   * over before it was noticed; `memory` before anything has run, if there is no room for the arena
   */
  run(inputs: readonly Pick<Block, 'address'>[], outputs: readonly Pick<Block, 'address'>[]): void {
    this.#placeArena();
    for (let input = 0; input < inputs.length; input++) this.#frame.setInput(input, inputs[input].address);
    for (let output = 0; output < outputs.length; output++) this.#frame.setOutput(output, outputs[output].address);
    const overwrites = this.#firstOverwrite < this.plan.steps.length;
    if (overwrites && this.#frame.hasChecks) {
      const error = this.#frame.runUnless(this.#firstOverwrite);
      if (error !== null) throw withData(error, { inputsKept: true });
    } else {
      this.#frame.run();
    }
    this.#clocks?.endRun();
    const error = this.#frame.takeError();
    if (error !== null) throw overwrites ? error : withData(error, { inputsKept: true });
  }

  /**
   * Reserves the arena, so that `run` cannot fail for lack of memory.
   *
   * @throws ManabiError `memory` if there is no room, `disposed` after `dispose`
   */
  reserveArena(): void {
    if (this.#disposed) {
      const message = 'An executable was disposed of and cannot run again. Compile the graph anew.';
      throw new ManabiError('disposed', message, { op: 'run' });
    }
    this.#placeArena();
  }

  /**
   * Shortest time of each function in milliseconds, over `turns` calls with the addresses of the last run. For
   * measuring: what the slots hold afterwards means nothing.
   */
  timeFunctions(turns: number): { readonly name: string; readonly milliseconds: number }[] {
    return this.#frame.functions().map(({ name, run }) => {
      let best = Number.POSITIVE_INFINITY;
      for (let turn = 0; turn < turns; turn++) {
        const begin = performance.now();
        run();
        best = Math.min(best, performance.now() - begin);
      }
      return { name, milliseconds: best };
    });
  }

  /** Shortest time of each step in milliseconds, those of plans within included, in order; empty if nothing is measured. */
  times(): readonly (number | null)[] {
    return this.#clocks?.shortest() ?? [];
  }

  /** Into how many tasks each function divides its work. */
  tasks(): readonly number[] {
    return this.#frame.functions().map(({ tasks }) => tasks);
  }

  /** Gives back the table and the constants; it cannot run any more. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#frame.dispose();
  }

  #placeArena(): void {
    const address = this.#arena.reserve(this.#arenaBytes);
    if (address === this.#arenaAddress) return;
    this.#arenaAddress = address;
    this.#frame.placeArena(address);
    this.#frame.placeScratch(address + this.#scratchOffset, address + this.#keptOffset);
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
