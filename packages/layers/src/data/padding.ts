import type { Batch } from './batch.ts';

/** Samples to pad a batch to: a number, the next of a series of sizes, or its own. */
export type Padding = number | 'series' | 'none';

/** What is known of the batches of a run before it begins. */
export interface RunSize {
  /** Samples of a full batch; null if only the data tell. */
  readonly batchSize: number | null;
  /** All samples; null if only the data tell. */
  readonly samples: number | null;
}

/**
 * Decides what the batches of a run are padded to. Full batches run as they are, and a smaller last one with as many
 * samples as these, whose plan is there already. A run of less than a full batch shares plans with others of its kind.
 */
export function paddingOf({ batchSize, samples }: RunSize): (batch: Pick<Batch, 'x'>) => Padding {
  if (batchSize !== null && samples !== null) {
    const padding = samples < batchSize ? 'series' : samples % batchSize === 0 ? 'none' : batchSize;
    return () => padding;
  }
  let largest = 0;
  return ({ x }) => {
    const [rows] = x[0].shape;
    largest = Math.max(largest, rows);
    // A batch that is much smaller than others would do much for nothing.
    return rows === largest ? 'none' : 4 * rows >= largest ? largest : 'series';
  };
}
