import { type Plan, printPlan } from '@manabi/compiler';
import { type DType, type ElementArray, ManabiError } from '@manabi/ir';
import { emitPlan, type PlanModule } from './emit/plan.ts';
import { errorRecordBytes, float64Functions } from './emit/support.ts';
import type { Allocator, Block } from './memory/allocator.ts';
import { bytesOf } from './memory/linear-memory.ts';
import { compileModule } from './wasm/index.ts';

/** Runs the tasks `begin` up to `end` of a step, on the slots whose addresses lie in the table. */
export type RunTasks = (table: number, begin: number, end: number) => void;

interface LoadedFunction {
  readonly name: string;
  readonly run: RunTasks;
  readonly tasks: number;
}

/** Scratch memory that plans share: each needs it only while it runs. It grows to what the largest plan needs. */
export class SharedArena {
  readonly #allocator: Allocator;
  #block: Block | null = null;

  constructor(allocator: Allocator) {
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
 * A plan in memory: compiled, with its constants and its table of addresses.
 *
 * @throws ManabiError `memory` if there is no room for its constants
 */
export class LoadedPlan {
  readonly plan: Plan;
  /** For each output, the donated input whose memory it takes over, or null. */
  readonly reuses: readonly (number | null)[];
  readonly #allocator: Allocator;
  readonly #arena: SharedArena;
  readonly #steps: readonly LoadedFunction[];
  readonly #scratchOffset: number;
  readonly #arenaBytes: number;
  readonly #arenaSlots: readonly (readonly [slot: number, offset: number])[];
  readonly #inputSlots: readonly (readonly [slot: number, input: number])[];
  readonly #outputSlots: readonly (readonly [slot: number, output: number])[];
  readonly #table: Block;
  readonly #constants: Block[] = [];
  #arenaAddress = -1;
  #disposed = false;

  constructor(allocator: Allocator, arena: SharedArena, plan: Plan) {
    this.plan = plan;
    this.#allocator = allocator;
    this.#arena = arena;
    const emitted = emitPlan(plan);
    this.#steps = instantiate(emitted, allocator.memory.memory);
    this.#scratchOffset = Math.ceil(plan.arenaBytes / 64) * 64;
    this.#arenaBytes = this.#scratchOffset + emitted.scratchBytes;

    this.#table = allocator.allocate(errorRecordBytes + 4 * (plan.slots.length + 1));
    this.#clearRecord();
    const arenaSlots: [number, number][] = [[plan.slots.length, this.#scratchOffset]];
    const inputSlots: [number, number][] = [];
    const outputSlots: [number, number][] = [];
    const reuses: (number | null)[] = plan.outputs.map(() => null);
    try {
      plan.slots.forEach(({ dtype, elements, place }, slot) => {
        switch (place.kind) {
          case 'arena':
            arenaSlots.push([slot, place.offset]);
            break;
          case 'input':
            inputSlots.push([slot, place.input]);
            break;
          case 'output':
            outputSlots.push([slot, place.output]);
            reuses[place.output] = place.reuses;
            break;
          case 'constant':
            this.#setSlot(slot, this.#keepConstant(dtype, elements, place.value.data));
            break;
        }
      });
    } catch (error) {
      this.dispose();
      throw error;
    }
    this.#arenaSlots = arenaSlots;
    this.#inputSlots = inputSlots;
    this.#outputSlots = outputSlots;
    this.reuses = reuses;
  }

  /**
   * Runs all steps.
   *
   * @param inputs addresses of the plan's inputs
   * @param outputs addresses of its outputs
   * @throws ManabiError `index` after a run in which an index was out of range; `memory` before anything has run, if
   * there is no room for the arena
   */
  run(inputs: readonly number[], outputs: readonly number[]): void {
    this.#placeArena();
    for (const [slot, input] of this.#inputSlots) this.#setSlot(slot, inputs[input]);
    for (const [slot, output] of this.#outputSlots) this.#setSlot(slot, outputs[output]);
    const table = this.#table.address + errorRecordBytes;
    for (const { run, tasks } of this.#steps) run(table, 0, tasks);
    if (this.#allocator.memory.words[this.#table.address >> 2] !== 0) throw this.#indexError();
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
    const table = this.#table.address + errorRecordBytes;
    return this.#steps.map(({ name, run, tasks }) => {
      let best = Number.POSITIVE_INFINITY;
      for (let turn = 0; turn < turns; turn++) {
        const begin = performance.now();
        run(table, 0, tasks);
        best = Math.min(best, performance.now() - begin);
      }
      return { name, milliseconds: best };
    });
  }

  /** The plan as text, with the division of its steps into tasks. */
  describe(): string {
    const tasks = this.#steps.map((step) => step.tasks).join(' ');
    return `${printPlan(this.plan)}\ntasks: ${tasks}`;
  }

  /** Gives back the table and the constants; it cannot run any more. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const block of this.#constants) this.#allocator.free(block);
    this.#allocator.free(this.#table);
  }

  #placeArena(): void {
    const address = this.#arena.reserve(this.#arenaBytes);
    if (address === this.#arenaAddress) return;
    this.#arenaAddress = address;
    for (const [slot, offset] of this.#arenaSlots) this.#setSlot(slot, address + offset);
  }

  #setSlot(slot: number, address: number): void {
    this.#allocator.memory.words[((this.#table.address + errorRecordBytes) >> 2) + slot] = address;
  }

  #keepConstant(dtype: DType, elements: number, data: ElementArray): number {
    const block = this.#allocator.allocate(bytesOf(dtype, elements));
    this.#constants.push(block);
    this.#allocator.memory.view(dtype, block.address, elements).set(data);
    return block.address;
  }

  #clearRecord(): void {
    const at = this.#table.address >> 2;
    this.#allocator.memory.words.fill(0, at, at + errorRecordBytes / 4);
  }

  #indexError(): ManabiError {
    const at = this.#table.address >> 2;
    const [site, index, position] = this.#allocator.memory.words.subarray(at, at + 3);
    this.#clearRecord();
    const { op, axis, extent } = this.plan.sites[site - 1];
    return new ManabiError(
      'index',
      `Index ${index} is outside of ${axis === null ? 'an axis' : `axis ${axis}`}, which has ${extent} elements; it is ` +
        `number ${position} of the indices. Indices go from 0 to ${extent - 1}: clip them, or mask what they stand for.`,
      { op, data: { index, axis, extent, position } },
    );
  }
}

function instantiate(emitted: PlanModule, memory: WebAssembly.Memory): LoadedFunction[] {
  const module = compileModule(emitted.bytes);
  const { exports } = new WebAssembly.Instance(module, { env: { memory }, math: { ...float64Functions } });
  return emitted.functions.map(({ name, tasks }) => {
    const run = exports[name];
    if (!isRunTasks(run)) throw new ManabiError('backend', `The module has no function "${name}".`, { data: { name } });
    return { name, run, tasks };
  });
}

function isRunTasks(value: WebAssembly.ExportValue): value is RunTasks & WebAssembly.ExportValue {
  return typeof value === 'function';
}
