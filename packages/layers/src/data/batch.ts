import type { Datum } from './arrays.ts';

/** What one step is given. */
export interface Batch {
  /** For the model's inputs, in their order. */
  readonly x: readonly Datum[];
  /** For the model's outputs, in their order; null where there are no labels. */
  readonly y: readonly (Datum | null)[];
  /** Weights of the samples, for each output; null where all count alike. */
  readonly weights: readonly (Datum | null)[];
}

/** One pass over the data. */
export interface Pass {
  /** How many there were before it in this training. */
  readonly number: number;
  /** With the number, decides the order of the samples, where the source shuffles them. */
  readonly seed: number;
  /** How many of its first batches are left out, since they were trained on before. */
  readonly skip: number;
}

/** Batches for any number of epochs. */
export interface BatchSource {
  /** Number of batches of a pass; null if nobody knows before it ends. Infinity where there is no end. */
  readonly batches: number | null;
  /** Samples of a full batch, and of all; null if only the data tell. */
  readonly batchSize: number | null;
  readonly samples: number | null;
  /** Starts a pass over the data. */
  open(pass: Pass, signal: AbortSignal): AsyncIterator<Batch>;
}
