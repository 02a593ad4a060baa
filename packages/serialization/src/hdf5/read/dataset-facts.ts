import type { Dataspace } from './dataspace.ts';

/** Facts about a dataset that are needed to read its elements. */
export interface DatasetFacts {
  /** Path of the dataset, for messages. */
  readonly path: string;
  readonly space: Dataspace;
  readonly elementSize: number;
}
