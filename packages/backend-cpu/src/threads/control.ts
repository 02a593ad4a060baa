/**
 * Positions of 32-bit words in the memory through which the calling thread and its helpers communicate. Words that
 * several threads write are in cache lines of their own.
 */
export const control = {
  /** Number of the job whose tasks may be taken; 0 while no job runs. */
  open: 0,
  /** First task of the job that no thread has taken yet. */
  next: 16,
  /** Number of helpers that may read the job or run its tasks. */
  active: 32,
  /** 1 while the calling thread sleeps until `active` changes. */
  awaited: 33,
  /** Counter on which idle helpers sleep. */
  wake: 48,
  /** Number of helpers that sleep. */
  sleeping: 49,
  /** Number of helpers that have ended because they were idle for long. */
  left: 50,
  /** 1 if all helpers must end. */
  stop: 51,
  /** Number of helpers that have started. */
  started: 52,
  /** The job: number of the module, position of the function in the module's list, and the number of tasks. */
  module: 64,
  run: 65,
  tasks: 66,
  /** Addresses of the table of the plan and of its error record. */
  table: 67,
  record: 72,
  /** Address of the copies of record and table, or 0; and the size of a copy in bytes. */
  copies: 68,
  copyBytes: 69,
  /** Number of helpers that may take tasks. */
  helpers: 70,
  /** Number of threads among which the tasks are divided. */
  threads: 71,
  /** 1 if a task has failed on a helper. */
  failed: 80,
  /**
   * Four words for each helper: the task at which its last call began that found an index out of range, or -1; and the
   * error record of this call.
   */
  records: 96,
} as const;

/** Number of words per helper in `records`. */
export const recordWords = 4;

/** Returns the size in bytes of the memory for a number of helpers. */
export function controlBytes(helpers: number): number {
  return 4 * (control.records + recordWords * helpers);
}
