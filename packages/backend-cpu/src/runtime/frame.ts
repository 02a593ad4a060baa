import type { FramePlan } from './frame-plan.ts';

/** A loaded plan whose slot addresses loops and branches can set. */
export interface Frame {
  readonly plan: FramePlan;
  /** Returns the position in `LinearMemory.words` of the address of an input. */
  inputWord(input: number): number;
  /** Returns the position in `LinearMemory.words` of the address of an output. */
  outputWord(output: number): number;
  /** Returns the address of a slot. */
  addressOf(slot: number): number;
  setInput(input: number, address: number): void;
  setOutput(output: number, address: number): void;
  /** Sets the address of the arena, the memory shared by the intermediate values of the plan. */
  setArena(address: number): void;
  /** Runs the functions of a loop body that run only before the first iteration. */
  runOnce(): void;
  /** Runs all steps. If an index is out of range, records the first one. */
  run(): void;
}
