import type { Block } from '../memory/allocator.ts';
import type { FramePlan } from '../plan/frame-plan.ts';

/** A plan in memory. The loop or branch that contains the plan can set the addresses of its inputs and outputs. */
export interface Frame {
  readonly plan: FramePlan;
  /** Returns the position in `LinearMemory.addresses` at which the address of an input is stored. */
  inputEntry(input: number): number;
  /** Returns the position in `LinearMemory.addresses` at which the address of an output is stored. */
  outputEntry(output: number): number;
  /** Returns the address of a slot. */
  addressOf(slot: number): number;
  setInput(input: number, address: number): void;
  setOutput(output: number, address: number): void;
  /** Sets the address of the arena, the memory shared by the intermediate values of the plan. */
  setArena(address: number): void;
  /** If the plan is the body of a loop, runs the functions that must run only before the first iteration. */
  runOnce(): void;
  /** Runs all steps. If indices are out of range, records the first such index. */
  run(): void;
}

/** A plan in shared memory, with what another thread must know to run it. */
export interface SharedFrame extends Frame {
  /** Memory of the error record and the table. */
  readonly block: Block;
  /** Frames of the plans of loops and branches, in the order of the steps. */
  readonly children: readonly SharedFrame[];
  /** Returns the position in `LinearMemory.addresses` at which the address of a slot is stored. */
  entryOf(slot: number): number;
  /**
   * Runs all steps on the calling thread. If indices are out of range, records the first such index.
   *
   * @param stop position of the step before which the run stops if an earlier step found an index out of range
   * @returns whether the run stopped
   */
  run(stop?: number): boolean;
}
