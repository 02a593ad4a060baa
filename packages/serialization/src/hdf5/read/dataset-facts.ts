import type { Dataspace } from './dataspace.ts';

/** Dataset to read. */
export interface DatasetFacts {
  /** Path of the dataset, for messages. */
  readonly path: string;
  readonly space: Dataspace;
  readonly elementSize: number;
}
