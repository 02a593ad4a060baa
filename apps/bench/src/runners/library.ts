import type { TaskKind, TaskOf } from '../task-table.ts';
import type { Prepared } from './prepared.ts';

/** Result for a task that a library does not support. */
export interface NotApplicable {
  readonly notApplicable: string;
}

/** Error for a task that proves to be unsupported while it runs. The task is reported as not applicable, not as failed. */
export class BeyondLibrary extends Error {
  override readonly name = 'BeyondLibrary';
}

/** For each kind of task, the function that prepares such a task with a library. */
export type Makers = {
  readonly [K in TaskKind]: (task: TaskOf<K>) => Prepared | NotApplicable | Promise<Prepared | NotApplicable>;
};

/** A loaded library. */
export interface Library {
  readonly version: string;
  /** Number of threads that the library uses. */
  readonly threads: number;
  /** Remark on the numbers of the library, which the table shows; null for none. */
  readonly note: string | null;
  readonly makers: Makers;
  /** Waits until all steps that were started are complete. Required if `step` does not wait for their results. */
  readonly finish?: () => Promise<void>;
}

/** Returns the mean of the absolute values of a result. This number is compared between runners. */
export function meanMagnitude(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += Math.abs(values[index]);
  return sum / values.length;
}
