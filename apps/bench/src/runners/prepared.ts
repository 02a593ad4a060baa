import type { StepReport } from '@manabi/core';

/** A task that a runner has prepared, ready to run. */
export interface Prepared {
  /** Runs the task once. If the function returns a promise, the caller awaits it. */
  readonly step: () => void | Promise<void>;
  /**
   * Runs the task and reduces its result to a number that is equal for all runners; called once, before any other step.
   * For training, the number is the loss of `checkedLoss`; otherwise, the mean of the absolute values.
   */
  readonly check: () => number | Promise<number>;
  /** Returns the steps of the plan with their times; undefined for libraries that do not report them. */
  readonly steps?: () => Promise<readonly StepReport[]>;
  readonly dispose: () => void;
}

/** Runs a task a number of times. If its steps only queue work, they may not be complete afterwards; see `Library`. */
export async function repeat({ step }: Prepared, iterations: number): Promise<void> {
  for (let iteration = 0; iteration < iterations; iteration++) {
    const pending = step();
    if (pending instanceof Promise) await pending;
  }
}
