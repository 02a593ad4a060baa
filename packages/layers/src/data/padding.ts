import type { Batch } from './batch.ts';

/** Number of samples to pad a batch to: a number, `'series'` for the next in a fixed series of sizes, or `'none'`. */
export type Padding = number | 'series' | 'none';

/** Sizes of a run that are known before it starts. */
export interface RunSize {
  /** Number of samples of a full batch; null if unknown until the data is read. */
  readonly batchSize: number | null;
  /** Total number of samples; null if unknown until the data is read. */
  readonly samples: number | null;
}

/**
 * Determines the padding of the batches of a run. Full batches are not padded; a smaller last one is padded to a full
 * batch, whose plan exists already. A run smaller than one batch is padded to the next in a fixed series of sizes, and
 * shares its plans with runs of similar size.
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
    // Padding a much smaller batch to the largest one would waste computation.
    return rows === largest ? 'none' : 4 * rows >= largest ? largest : 'series';
  };
}
