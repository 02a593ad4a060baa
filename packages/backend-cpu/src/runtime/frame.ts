import type { FramePlan } from './frame-plan.ts';

/** A plan in memory, whose slots can be placed and which can be run: what loops and branches know of plans. */
export interface Frame {
  readonly plan: FramePlan;
  /** Where in words (see `LinearMemory`) the address of an input lies. */
  inputWord(input: number): number;
  /** Where in words the address of an output lies. */
  outputWord(output: number): number;
  /** The address of a slot. */
  addressOf(slot: number): number;
  setInput(input: number, address: number): void;
  setOutput(output: number, address: number): void;
  /** Says where the memory lies that the plan's values share. */
  placeArena(address: number): void;
  /** What is done before the first turn of the loop that the plan is the body of. */
  runOnce(): void;
  /** Runs all steps. Indices that were out of range are noted. */
  run(): void;
}
