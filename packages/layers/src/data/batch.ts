import type { Datum } from './arrays.ts';

/** Data of one step: inputs, labels and sample weights. */
export interface Batch {
  /** Inputs of the model, in order. */
  readonly x: readonly Datum[];
  /** Labels for the model's outputs, in order; null for outputs without labels. */
  readonly y: readonly (Datum | null)[];
  /** Sample weights for each output; null for equal weights. */
  readonly weights: readonly (Datum | null)[];
}

/**
 * Which pass over the data to read, and where to start. A pass is one epoch; a resumed training may start in the middle
 * of one.
 */
export interface Pass {
  /** Number of earlier passes over the data in this training. */
  readonly number: number;
  /** Seed of the shuffled order of the samples, which also depends on `number`. */
  readonly seed: number;
  /** Number of batches to skip at the start of the pass, because the training used them before it was interrupted. */
  readonly skip: number;
}

/** A source of batches for any number of epochs. */
export interface BatchSource {
  /** Number of batches in a pass; null if unknown until the pass ends, Infinity if it never ends. */
  readonly batches: number | null;
  /** Number of samples in a full batch; null if unknown until the data is read. */
  readonly batchSize: number | null;
  /** Total number of samples; null if unknown until the data is read. */
  readonly samples: number | null;
  /** Starts a pass over the data. */
  open(pass: Pass, signal: AbortSignal): AsyncIterator<Batch>;
}
