/** Largest number of characters of an error's message that a helper passes on. */
export const messageLength = 250;

/**
 * Positions of 32-bit words in the memory through which the calling thread and its helpers communicate. Passing a cache line
 * from one thread to another takes some 0.2 microseconds, most of the time of a short job. So one line has all words of a job
 * that only the calling thread writes, and another one those that all threads write while they run it.
 */
export const control = {
  /** Number of the job whose tasks may be taken; 0 while no job runs. */
  open: 0,
  /** The job: number of the module, position of the function in the module's list, and the number of tasks. */
  module: 1,
  run: 2,
  tasks: 3,
  /** Addresses of the table of the plan and of its error record, in units of `tableUnit`. */
  table: 4,
  record: 5,
  /** Address of the copies of record and table in the same units, or 0; and the size of a copy in bytes. */
  copies: 6,
  copyBytes: 7,
  /** Number of helpers that may take tasks. */
  helpers: 8,
  /** Number of threads among which the tasks are divided. */
  threads: 9,
  /** 1 if helpers measure for how long they run tasks. */
  measures: 10,
  /** First task of the job that no thread has taken yet. */
  next: 32,
  /** Number of helpers that may read the job or run its tasks. */
  active: 33,
  /** 1 while the calling thread sleeps until `active` changes. */
  awaited: 34,
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
  /** In a page, counter on which the coordinator sleeps: of messages to it and of orders. */
  bell: 53,
  /** State of the page's order to run a plan; see `orderStates`. */
  order: 54,
  /** Number of orders that have ended, on which the page waits. */
  ended: 55,
  /** Number of messages that were sent to the coordinator. */
  told: 56,
  /** The order: number of the module, and the position of the step before which an error stops the run, or -1. */
  plan: 64,
  stop: 65,
  /** How the order has ended, see `outcomes`; and the microseconds that it took. */
  outcome: 66,
  time: 67,
  /** 1 if a task has failed on a helper or, in a page, on the coordinator. */
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

/** States of an order: none or ended, given, taken by the coordinator; and the state after the coordinator has ended. */
export const orderStates = { none: 0, given: 1, taken: 2, left: 3 } as const;

/**
 * How an order has ended: it ran, it stopped because of an index out of range, it failed with an error, or it did not begin
 * because the coordinator had too little memory for the module.
 */
export const outcomes = { ran: 0, stopped: 1, failed: 2, refused: 3 } as const;

/** Number of words per helper in `records`. */
export const recordWords = 5;

/** Position of the time in `records`. */
export const busyWord = 4;

/** Returns the size in bytes of the memory for a number of helpers. */
export function controlBytes(helpers: number): number {
  return 4 * (control.records + recordWords * helpers);
}
