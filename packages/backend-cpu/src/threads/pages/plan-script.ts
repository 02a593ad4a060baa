import type { Loop } from '@manabi/compiler';
import type { TensorType } from '@manabi/ir';
import type { Block } from '../../memory/allocator.ts';
import type { FrameStep, StepFunction } from '../../plan/frame-plan.ts';
import type { SharedFrame } from '../../runtime/frame.ts';
import { errorRecordBytes } from '../../runtime/table.ts';
import type { Job } from '../pool/pool.ts';

// Plain data that describe a plan in memory to a worker. Numbers called entries are positions in `LinearMemory.addresses`, at which
// addresses are stored.

/** The steps of a plan. */
export interface FrameScript {
  /** The entries of slots in the arena, and their offsets in it. */
  readonly arena: readonly (readonly [entry: number, offset: number])[];
  /** Jobs that run before the first iteration if the plan is the body of a loop. */
  readonly once: readonly ScriptJob[];
  readonly steps: readonly (ScriptJob | LoopScript | BranchScript)[];
  /** For each step of the plan, the position of its first element in `steps`. */
  readonly begins: readonly number[];
}

/** A function to call. `run` is its position in the list of names. */
interface ScriptJob extends Omit<Job, 'module'> {
  readonly kind: 'job';
}

/** A plan in a loop or branch, the entries of its arenas, and the pairs of entries that are copied before it runs. */
interface LinkedFrame {
  readonly frame: FrameScript;
  readonly arenas: readonly number[];
  readonly links: readonly (readonly [from: number, to: number])[];
}

interface BranchScript {
  readonly kind: 'branch';
  readonly condition: number;
  readonly sides: readonly LinkedFrame[];
}

interface LoopScript extends Pick<Loop, 'turns' | 'reverse'> {
  readonly kind: 'loop';
  readonly body: LinkedFrame;
  readonly test: LinkedFrame | null;
  readonly verdict: number | null;
  /** Values that each iteration replaces: the entries of their slots, and of their slots in the plans. */
  readonly carries: readonly {
    readonly initial: number;
    readonly final: number;
    readonly spare: number | null;
    readonly bytes: number;
    readonly input: number;
    readonly output: number;
    readonly test: number | null;
  }[];
  /** Arrays with a slice for each iteration: the entry of the array, and that of the slice in the body. */
  readonly slices: readonly { readonly slot: number; readonly bytes: number; readonly entry: number }[];
}

/** Describes plans, and allocates the memory that helpers need to run them. */
export class ScriptWriter {
  /** Names of the functions that jobs call. */
  readonly names: string[] = [];
  /** Words of the error records of all plans. */
  readonly records: number[] = [];
  /** Whether there is a job that several threads can share. */
  hasTasks = false;
  readonly #helpers: number;
  readonly #allocate: (bytes: number) => Block;
  readonly #bytesOf: (type: TensorType) => number;

  /**
   * @param allocate allocates memory for copies of a table
   * @param bytesOf returns the size of an array in bytes
   */
  constructor(helpers: number, allocate: (bytes: number) => Block, bytesOf: (type: TensorType) => number) {
    this.#helpers = helpers;
    this.#allocate = allocate;
    this.#bytesOf = bytesOf;
  }

  /** Describes a plan and the plans in it. */
  frame(frame: SharedFrame): FrameScript {
    const { plan, block } = frame;
    const entryOf = (slot: number): number => frame.entryOf(slot);
    this.records.push(block.address / 4);
    const copies = plan.sites.length > 0 && this.#helpers > 0 ? this.#allocate(this.#helpers * block.bytes) : null;
    const once: ScriptJob[] = [];
    const steps: (ScriptJob | LoopScript | BranchScript)[] = [];
    const jobOf = ({ name, tasks }: StepFunction): ScriptJob => {
      this.hasTasks ||= tasks > 1;
      return {
        kind: 'job',
        run: this.names.push(name) - 1,
        tasks,
        table: block.address + errorRecordBytes,
        record: block.address,
        copies: copies?.address ?? 0,
        copyBytes: block.bytes,
        helpers: Math.min(this.#helpers, tasks - 1),
      };
    };
    const children = frame.children.values();
    const child = (): SharedFrame => {
      const { value } = children.next();
      if (value === undefined) throw new Error('A frame has too few children.');
      return value;
    };
    const begins: number[] = [];
    for (const step of plan.steps) {
      begins.push(steps.length);
      if (step.kind === 'functions') for (const each of step.functions) (each.once ? once : steps).push(jobOf(each));
      else if (step.kind === 'loop')
        steps.push(this.#loop(step.loop, entryOf, child(), step.test === null ? null : child()));
      else steps.push(this.#branch(step.branch, entryOf, [child(), child()]));
    }
    const arena = plan.slots.flatMap(({ place }, slot) =>
      place.kind === 'arena' ? [[entryOf(slot), place.offset] as const] : [],
    );
    return { arena, once, steps, begins };
  }

  #loop(
    { turns, reverse, carries, xs, ys, constants, arenas, verdict }: Omit<Loop, 'body' | 'test'>,
    entryOf: (slot: number) => number,
    body: SharedFrame,
    test: SharedFrame | null,
  ): LoopScript {
    const { inputs, outputs } = body.plan;
    const count = carries.length;
    const linked = (frame: SharedFrame, links: LinkedFrame['links'] = []): LinkedFrame => ({
      frame: this.frame(frame),
      arenas: arenas.map(entryOf),
      links: [
        ...constants.map((slot, i) => [entryOf(slot), frame.inputEntry(count + xs.length + i)] as const),
        ...links,
      ],
    });
    return {
      kind: 'loop',
      turns,
      reverse,
      body: linked(body),
      test: test === null || verdict === null ? null : linked(test, [[entryOf(verdict), test.outputEntry(0)]]),
      verdict: verdict === null ? null : entryOf(verdict),
      carries: carries.map(({ initial, final, spare }, i) => ({
        initial: entryOf(initial),
        final: entryOf(final),
        spare: spare === null ? null : entryOf(spare),
        bytes: this.#bytesOf(inputs[i]),
        input: body.inputEntry(i),
        output: body.outputEntry(i),
        test: test === null ? null : test.inputEntry(i),
      })),
      slices: [
        ...xs.map((slot, i) => ({
          slot: entryOf(slot),
          bytes: this.#bytesOf(inputs[count + i]),
          entry: body.inputEntry(count + i),
        })),
        ...ys.map((slot, i) => ({
          slot: entryOf(slot),
          bytes: this.#bytesOf(outputs[count + i]),
          entry: body.outputEntry(count + i),
        })),
      ],
    };
  }

  #branch(
    { condition, inputs, outputs, arenas }: (FrameStep & { kind: 'branch' })['branch'],
    entryOf: (slot: number) => number,
    frames: readonly SharedFrame[],
  ): BranchScript {
    const sides = frames.map((frame) => ({
      frame: this.frame(frame),
      arenas: arenas.map(entryOf),
      links: [
        ...inputs.map((slot, i) => [entryOf(slot), frame.inputEntry(i)] as const),
        ...outputs.map((slot, i) => [entryOf(slot), frame.outputEntry(i)] as const),
      ],
    }));
    return { kind: 'branch', condition: entryOf(condition), sides };
  }
}
