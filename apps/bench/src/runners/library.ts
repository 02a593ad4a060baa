import type { ComputingKind, DataKind, TaskKind, TaskOf } from '../task-table.ts';
import type { Prepared } from './prepared.ts';

/** Result for a task that a library does not support. */
export interface NotApplicable {
  readonly notApplicable: string;
}

/** Error for a task that proves to be unsupported while it runs. The task is reported as not applicable, not as failed. */
export class BeyondLibrary extends Error {
  override readonly name = 'BeyondLibrary';
}

/** For each of some kinds of tasks, the function that prepares such a task with a library. */
export type MakersOf<Kind extends TaskKind> = {
  readonly [K in Kind]: (task: TaskOf<K>) => Prepared | NotApplicable | Promise<Prepared | NotApplicable>;
};

/** The functions that prepare tasks that compute. */
export type Makers = MakersOf<ComputingKind>;

/** The functions that prepare tasks that prepare data. */
export type DataMakers = MakersOf<DataKind>;

/** A loaded library. */
export interface Library {
  readonly version: string;
  /** Number of threads that the library uses. */
  readonly threads: number;
  /** Remark on the numbers of the library, which the table shows; null for none. */
  readonly note: string | null;
  readonly makers: Makers | DataMakers;
  /** Waits until all steps that were started are complete. Required if `step` does not wait for their results. */
  readonly finish?: () => Promise<void>;
}

/** Returns the mean of the absolute values of a result. This number is compared between runners. */
export function meanMagnitude(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += Math.abs(values[index]);
  return sum / values.length;
}
