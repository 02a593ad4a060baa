import type { Datum } from './arrays.ts';

/** Data of one step. */
export interface Batch {
  /** Inputs of the model, in order. */
  readonly x: readonly Datum[];
  /** Labels for the model's outputs, in order; null for outputs without labels. */
  readonly y: readonly (Datum | null)[];
  /** Sample weights for each output; null for equal weights. */
  readonly weights: readonly (Datum | null)[];
}

/** A pass over the data, which may continue an earlier one. */
export interface Pass {
  /** Number of passes before this one in the training. */
  readonly number: number;
  /** Seed that, together with the number, determines the order of samples in a shuffling source. */
  readonly seed: number;
  /** Number of batches to skip at the start, because they were trained on before. */
  readonly skip: number;
}

/** A source of batches for any number of epochs. */
export interface BatchSource {
  /** Number of batches in a pass; null if unknown until it ends, Infinity if it never ends. */
  readonly batches: number | null;
  /** Number of samples of a full batch, and in total; null if unknown until the data is read. */
  readonly batchSize: number | null;
  readonly samples: number | null;
  /** Starts a pass over the data. */
  open(pass: Pass, signal: AbortSignal): AsyncIterator<Batch>;
}
