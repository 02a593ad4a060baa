/** Largest number of characters of an error's message that a helper passes on. */
export const messageLength = 250;

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
  /** Number of messages that were sent to each helper. */
  sent: 51,
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
  /** 1 if helpers measure for how long they run tasks. */
  measures: 73,
  /** 1 if a task has failed on a helper. */
  failed: 80,
  /** The error of this task: 1 if WebAssembly has thrown it, the number of characters of its message, and the characters. */
  isTrap: 81,
  length: 82,
  message: 83,
  /**
   * Five words for each helper: the task at which its last call began that found an index out of range, or -1; the error
   * record of this call; and the microseconds for which it has run tasks of the job.
   */
  records: 83 + messageLength,
} as const;

/** Number of words per helper in `records`. */
export const recordWords = 5;

/** Position of the time in `records`. */
export const busyWord = 4;

/** Returns the size in bytes of the memory for a number of helpers. */
export function controlBytes(helpers: number): number {
  return 4 * (control.records + recordWords * helpers);
}
