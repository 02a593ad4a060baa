import type { Dataspace } from './dataspace.ts';

/** A dataset whose elements are read. */
export interface DatasetFacts {
  /** Its path, for messages. */
  readonly place: string;
  readonly space: Dataspace;
  readonly elementSize: number;
}
