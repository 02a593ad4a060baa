import { type Samples, sampleCount, sliceSamples } from '../data/array-source.ts';
import type { Batch, BatchSource } from '../data/batch.ts';
import { Epochs, nextBatch, warnOfMissing } from '../training/pass/epochs.ts';
import type { Interruption } from '../training/pass/interruption.ts';

/** Batches that are taken one after the other, once. */
export interface BatchReader {
  /** Number of batches; null if it is not known before they end. */
  readonly batches: number | null;
  /** Samples of a full batch, and of all; null if only the data tell. */
  readonly batchSize: number | null;
  readonly samples: number | null;
  /** The next batch; null after the last one, or if the run was interrupted. */
  next(): Batch | null | Promise<Batch | null>;
  close(): Promise<void>;
}

/** Batches of samples in memory, in their order; nothing is copied. */
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

/** Batches of a source, in one pass. */
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
