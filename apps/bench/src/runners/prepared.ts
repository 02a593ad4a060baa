import type { StepReport } from '@manabi/core';

/** A task that is ready to be repeated. */
export interface Prepared {
  /** Runs it once. What it returns is awaited if it is a promise. */
  readonly step: () => void | Promise<void>;
  /** Waits until everything that was started has run; needed where `step` only queues. */
  readonly finish?: () => Promise<void>;
  /**
   * Called once before any other step: runs the task and condenses the result to a number that all runners agree on.
   * For training it is a loss, as `checkedLoss` makes it; else the mean of the absolute values.
   */
  readonly check: () => number | Promise<number>;
  /** The steps that it runs, as far as they are known; where the library can tell. */
  readonly steps?: () => Promise<readonly StepReport[]>;
  readonly dispose: () => void;
}

/** Runs a task a number of times, to the end. */
export async function repeat({ step, finish }: Prepared, iterations: number): Promise<void> {
  for (let iteration = 0; iteration < iterations; iteration++) {
    const pending = step();
    if (pending instanceof Promise) await pending;
  }
  await finish?.();
}
