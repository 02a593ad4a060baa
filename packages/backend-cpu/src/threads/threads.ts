import type { LinearMemory } from '../memory/linear-memory.ts';

/**
 * Function that runs the tasks of a step from `begin` to `end`. `table` is the address of the table with the addresses
 * of all slots.
 */
export type RunTasks = (table: number, begin: number, end: number) => void;

/** The table of addresses of a plan in memory. */
export interface FrameTable {
  /** Address of the table. */
  readonly address: number;
  /** Address of the error record, which precedes the table. */
  readonly record: number;
  /**
   * Memory for copies of the record and the table, one for each helper, and the size of a copy in bytes; null if the plan
   * checks no indices. With a record of its own, each helper remembers its first error.
   */
  readonly copies: { readonly address: number; readonly count: number; readonly bytes: number } | null;
}

/** The module of a plan, whose tasks can run on several threads. */
export interface ThreadedModule {
  /**
   * Returns a function that runs all tasks of an exported function.
   *
   * @param run the function itself, for the calling thread
   */
  runner(name: string, run: RunTasks, tasks: number, table: FrameTable): () => void;
  /** Number of threads that may help the calling thread. */
  readonly helpers: number;
  /** Removes the module from all threads. */
  dispose(): void;
}

/** The threads of a backend, including the one that calls it. */
export interface Threads {
  /**
   * Prepares a module whose functions have the signature of `RunTasks`. Returns null if only the calling thread can run it.
   *
   * @param memory shared memory that the module imports
   */
  load(module: WebAssembly.Module, memory: LinearMemory): ThreadedModule | null;
}
