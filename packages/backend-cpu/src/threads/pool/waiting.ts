/** Milliseconds for which an idle helper waits actively. Then it sleeps, and waking it takes about as long. */
export const SPIN_MS = 0.05;

/** Milliseconds after which a sleeping helper ends. */
export const IDLE_MS = 5000;

/** Shortest time in milliseconds of a job, or of consecutive shorter jobs, for which sleeping helpers are woken. */
export const WAKING_MS = 0.1;

/**
 * Milliseconds of waiting for a helper that are long, in addition to twice the time of a task. They show that other programs
 * use the processor of the helper.
 */
export const LONG_WAIT_MS = 0.5;

/** Number of polls of `active` before the calling thread sleeps: some 30 microseconds. */
export const POLLS = 20_000;

/** Number of polls of an idle helper between two readings of the clock: a reading takes as long as some 50 polls. */
export const CLOCK_POLLS = 512;

/** Every so many runs, a job is timed. */
export const TIMED_RUNS = 8;
