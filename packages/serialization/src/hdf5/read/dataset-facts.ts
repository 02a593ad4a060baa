import type { Dataspace } from './dataspace.ts';

/** Metadata of a dataset that is needed to read its elements. */
export interface DatasetFacts {
  /** Path of the dataset, for messages. */
  readonly path: string;
  readonly space: Dataspace;
  readonly elementSize: number;
}
