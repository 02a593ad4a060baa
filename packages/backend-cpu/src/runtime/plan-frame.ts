import { type DType, type ElementArray, indexError, ManabiError, type StepClocks } from '@manabi/ir';
import type { Block, BlockSource } from '../memory/allocator.ts';
import { bytesOf } from '../memory/linear-memory.ts';
import type { FramePlan, FrameStep } from '../plan/frame-plan.ts';
import type { Wide } from '../wide/wide-memory.ts';
import type { SharedFrame } from './frame.ts';
import { branchRunner } from './run-branch.ts';
import { loopRunner } from './run-loop.ts';
import { errorRecordBytes, keptScratchSlot, scratchSlot, tableEntries } from './table.ts';
import type { Runner, RunTasks, ThreadedModule } from './threads.ts';

/** The code of a plan. */
export interface PlanCode {
  /** Exports of the module. Not a type of `WebAssembly`, because programs with only Node's types lack that namespace. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** The module, if several threads may run its tasks. */
  readonly threaded: ThreadedModule | null;
}

/** A function that computes a step or a part of a step, with the addresses in the table of its plan. */
export interface FrameFunction {
  readonly name: string;
  readonly tasks: number;
  readonly run: () => void;
}

/**
 * A plan in memory: the table with the addresses of its slots, its constants, and the code of its steps. The plan of
 * each loop or branch in it has a separate frame.
 *
 * @throws ManabiError `memory` if memory for its constants is exhausted
 */
export class PlanFrame implements SharedFrame {
  readonly plan: FramePlan;
  readonly block: Block;
  readonly children: PlanFrame[] = [];
  readonly #allocator: BlockSource;
  readonly #clocks: StepClocks | null;
  /** How the memory was when the frame was created; if it is no longer like this, the frame must not be used. */
  readonly #wide: Wide | null;
  readonly #runner: Runner | undefined;
  readonly #constants: Block[] = [];
  readonly #functions: FrameFunction[] = [];
  readonly #once: (() => void)[] = [];
  readonly #steps: (() => void)[] = [];
  #hasChecks: boolean | null = null;
  /** Position of the first function of each step. */
  readonly #begins: number[] = [];
  readonly #arenaSlots: (readonly [slot: number, offset: number])[] = [];
  readonly #inputSlots: number[] = [];
  readonly #outputSlots: number[] = [];

  /** @param clocks one clock per step, in order, including the steps in loops and branches; null to measure nothing */
  constructor(allocator: BlockSource, plan: FramePlan, code: PlanCode, clocks: StepClocks | null = null) {
    this.plan = plan;
    this.#allocator = allocator;
    this.#clocks = clocks;
    const { wide, addressBytes } = allocator.memory;
    this.block = allocator.allocate(errorRecordBytes + addressBytes * tableEntries(plan));
    this.#wide = wide;
    this.#clearRecord();
    try {
      this.#runner = code.threaded?.forTable?.(this.block, this.#tableAddress, plan.sites.length > 0);
      plan.slots.forEach(({ dtype, elements, place }, slot) => {
        switch (place.kind) {
          case 'arena':
            this.#arenaSlots.push([slot, place.offset]);
            break;
          case 'input':
            this.#inputSlots[place.input] = slot;
            break;
          case 'output':
            this.#outputSlots[place.output] = slot;
            break;
          case 'constant':
            this.#setSlot(slot, this.#keepConstant(dtype, elements, place.value.data));
            break;
        }
      });
      for (const step of plan.steps) {
        this.#begins.push(this.#steps.length);
        this.#load(step, code);
      }
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  inputEntry(input: number): number {
    return this.entryOf(this.#inputSlots[input]);
  }

  outputEntry(output: number): number {
    return this.entryOf(this.#outputSlots[output]);
  }

  addressOf(slot: number): number {
    return this.#allocator.memory.addresses[this.entryOf(slot)];
  }

  setInput(input: number, address: number): void {
    this.#setSlot(this.#inputSlots[input], address);
  }

  setOutput(output: number, address: number): void {
    this.#setSlot(this.#outputSlots[output], address);
  }

  setArena(address: number): void {
    for (const [slot, offset] of this.#arenaSlots) this.#setSlot(slot, address + offset);
  }

  /** Sets the addresses of scratch memory, including those in the plans of loops and branches. */
  setScratch(passing: number, kept: number): void {
    this.#setSlot(scratchSlot(this.plan), passing);
    this.#setSlot(keptScratchSlot(this.plan), kept);
    for (const child of this.children) child.setScratch(passing, kept);
  }

  runOnce(): void {
    for (const run of this.#once) run();
  }

  /** See `takeError` for the error of a run. */
  run(stop = -1): boolean {
    const steps = this.#steps;
    const middle = this.#begins[stop];
    for (let i = 0; i < steps.length; i++) {
      if (i === middle && this.#hasError()) return true;
      steps[i]();
    }
    return false;
  }

  /**
   * Returns and clears the error of the first index out of range in this plan, or in the plans of its loops and
   * branches.
   */
  takeError(): ManabiError | null {
    let error = this.#indexError();
    for (const child of this.children) {
      const inner = child.takeError();
      error ??= inner;
    }
    return error;
  }

  /** Whether this plan or a plan inside it checks indices. */
  get hasChecks(): boolean {
    this.#hasChecks ??= this.plan.sites.length > 0 || this.children.some(({ hasChecks }) => hasChecks);
    return this.#hasChecks;
  }

  /** Returns all functions in the order of steps. The functions of a loop or branch are at the position of its step. */
  functions(): readonly FrameFunction[] {
    return this.#functions;
  }

  /** Frees the table and the constants. */
  dispose(): void {
    for (const child of this.children) child.dispose();
    for (const block of this.#constants) this.#allocator.free(block);
    this.#allocator.free(this.block);
  }

  #load(step: FrameStep, code: PlanCode): void {
    const clocks = this.#clocks;
    const clock = clocks?.add() ?? 0;
    const timed = (run: () => void): (() => void) => clocks?.timed(clock, run) ?? run;
    const { memory } = this.#allocator;
    switch (step.kind) {
      case 'loop': {
        const body = this.#child(step.body, code);
        const test = step.test === null ? null : this.#child(step.test, code);
        this.#steps.push(timed(loopRunner(memory, this, step.loop, body, test)));
        return;
      }
      case 'branch': {
        const thenFrame = this.#child(step.thenFrame, code);
        const elseFrame = this.#child(step.elseFrame, code);
        this.#steps.push(timed(branchRunner(memory, this, step.branch, thenFrame, elseFrame)));
        return;
      }
      case 'functions': {
        const table = this.#tableAddress;
        for (const { name, tasks, once } of step.functions) {
          const tasksOf = functionNamed(code, name);
          const run = this.#runner?.(name, tasksOf, tasks, clock) ?? ((): void => tasksOf(table, 0, tasks));
          this.#functions.push({ name, tasks, run });
          (once ? this.#once : this.#steps).push(timed(run));
        }
      }
    }
  }

  get #tableAddress(): number {
    return this.block.address + errorRecordBytes;
  }

  #child(plan: FramePlan, code: PlanCode): PlanFrame {
    const child = new PlanFrame(this.#allocator, plan, code, this.#clocks);
    this.children.push(child);
    this.#functions.push(...child.functions());
    return child;
  }

  entryOf(slot: number): number {
    return this.#tableAddress / this.#allocator.memory.addressBytes + slot;
  }

  #setSlot(slot: number, address: number): void {
    const { memory } = this.#allocator;
    // While constants are allocated, the memory may get 64-bit addresses.
    if (memory.wide === this.#wide) memory.addresses[this.entryOf(slot)] = address;
  }

  #keepConstant(dtype: DType, elements: number, data: ElementArray): number {
    const block = this.#allocator.allocate(bytesOf(dtype, elements));
    this.#constants.push(block);
    this.#allocator.memory.write(dtype, block.address, data);
    return block.address;
  }

  #clearRecord(): void {
    const at = this.block.address / 4;
    this.#allocator.memory.words.fill(0, at, at + errorRecordBytes / 4);
  }

  #hasError(): boolean {
    return (
      this.#allocator.memory.words[this.block.address / 4] !== 0 || this.children.some((child) => child.#hasError())
    );
  }

  #indexError(): ManabiError | null {
    const at = this.block.address / 4;
    const [site, bits, position] = this.#allocator.memory.words.subarray(at, at + 3);
    if (site === 0) return null;
    // The view contains unsigned integers, so the index is converted to int32.
    const index = bits | 0;
    this.#clearRecord();
    return indexError(this.plan.sites[site - 1], index, position);
  }
}

function functionNamed({ exports }: PlanCode, name: string): RunTasks {
  const run = exports[name];
  if (!isRunTasks(run))
    throw new ManabiError('backend', `The module does not export the function "${name}".`, { data: { name } });
  return run;
}

function isRunTasks(value: unknown): value is RunTasks {
  return typeof value === 'function';
}
