import { type Samples, sampleCount, sliceSamples } from '../data/array-source.ts';
import type { Batch, BatchSource } from '../data/batch.ts';
import { Epochs, nextBatch, warnOfMissing } from '../training/pass/epochs.ts';
import type { Interruption } from '../training/pass/interruption.ts';

/** Batches of an evaluation or prediction, which can be read only once. */
export interface BatchReader {
  /** Number of batches; null if unknown until the last one was read. */
  readonly batches: number | null;
  /** Number of samples in a full batch; null if unknown until the data is read. */
  readonly batchSize: number | null;
  /** Total number of samples; null if unknown until the data is read. */
  readonly samples: number | null;
  /** Returns the next batch; null after the last one, or if the evaluation or prediction was interrupted. */
  next(): Batch | null | Promise<Batch | null>;
  close(): Promise<void>;
}

/** Creates a reader that returns samples in memory as batches, in order and without copies. */
export function sampleReader(samples: Samples, batchSize: number, steps: number | null): BatchReader {
  const end = steps === null ? sampleCount(samples) : Math.min(sampleCount(samples), steps * batchSize);
  let from = 0;
  return {
    batches: Math.ceil(end / batchSize),
    batchSize,
    samples: end,
    next: () => {
      if (from >= end) {
        const taken = Math.ceil(end / batchSize);
        if (steps !== null && taken < steps) warnOfMissing(steps, taken);
        return null;
      }
      const to = Math.min(from + batchSize, end);
      const batch = sliceSamples(samples, from, to);
      from = to;
      return batch;
    },
    close: async () => {},
  };
}

/** Creates a reader that reads one pass over a source of batches. */
export function streamReader(source: BatchSource, steps: number | null, interruption: Interruption): BatchReader {
  const epochs = new Epochs(source, steps, interruption.signal);
  epochs.begin();
  return {
    batches: source.batches,
    batchSize: source.batchSize,
    samples: source.samples,
    next: () => nextBatch(epochs.next(), interruption),
    close: () => epochs.close(),
  };
}
