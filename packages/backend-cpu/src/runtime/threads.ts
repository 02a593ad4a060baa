import type { Block, BlockSource } from '../memory/allocator.ts';
import type { SharedFrame } from './frame.ts';

/**
 * Function that runs the tasks of a step from `begin` to `end`. `table` is the address of the table with the addresses
 * of all slots.
 */
export type RunTasks = (table: number, begin: number, end: number) => void;

/**
 * Returns a function that runs all tasks of a function that the module exports; `run` is that function, and `step` the number of
 * the step that it computes, or a part of it.
 */
export type Runner = (name: string, run: RunTasks, tasks: number, step: number) => () => void;

/** How evenly threads have shared a step; see `StepReport`. */
export interface StepLoad {
  readonly threads: number;
  readonly imbalance: number;
}

/** The module of a plan, whose tasks can run on several threads. */
export interface ThreadedModule {
  /**
   * Allocates what a call of `run` needs. This may change the addresses of the memory to 64 bits, for which the caller must load the
   * module again. Missing if `run` allocates nothing.
   *
   * @throws ManabiError `memory` if memory is exhausted
   */
  prepare?(frame: SharedFrame): void;
  /**
   * Runs a plan of the module, on the calling thread or on others. Missing if the caller may as well call `frame.run`.
   *
   * @param stop argument for `frame.run`
   * @param end called with the result of `frame.run` as soon as the run has ended; may throw
   * @returns undefined after a run on the calling thread, otherwise a promise that settles after `end`
   */
  run?(frame: SharedFrame, stop: number, end: (stopped: boolean) => void): void | Promise<void>;
  /**
   * Prepares the table of a plan: its error record, followed by the addresses of its slots. Missing if the calling thread runs
   * steps alone.
   *
   * @param block memory of the record and the table
   * @param table address of the table
   * @param checks whether the plan checks indices
   * @throws ManabiError `memory` if memory for the records of other threads is exhausted
   */
  forTable?(block: Block, table: number, checks: boolean): Runner;
  /**
   * Returns how evenly threads have shared a step over all runs; undefined if only the calling thread has run it, or nothing is
   * measured.
   */
  loadOf?(step: number): StepLoad | undefined;
  /** Removes the module from all threads, and frees its memory. */
  dispose(): void;
}

/** The threads of a backend, including the one that calls it. */
export interface Threads {
  /** Downloads code that `load` needs; returns undefined if it is there. Missing if `load` needs none. */
  code?(): Promise<void> | undefined;
  /**
   * Prepares a module whose functions have the signature of `RunTasks`. Returns null if only the calling thread can run it.
   *
   * @param allocator allocator of the shared memory that the module imports
   * @param measures whether to measure how evenly threads share steps
   */
  load(module: WebAssembly.Module, allocator: BlockSource, measures: boolean): ThreadedModule | null;
  /** Waits actively until no other thread runs a plan. Missing if `run` is missing. */
  settle?(): void;
}
