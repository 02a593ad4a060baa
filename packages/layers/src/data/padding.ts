import type { Batch } from './batch.ts';

/**
 * Number of samples to which a batch is padded: a number, `'series'` for the next larger size in a fixed series, or
 * `'none'`.
 */
export type Padding = number | 'series' | 'none';

/** Numbers of samples that are known before an evaluation or prediction starts. */
export interface RunSize {
  /** Number of samples in a full batch; null if unknown until the data is read. */
  readonly batchSize: number | null;
  /** Total number of samples; null if unknown until the data is read. */
  readonly samples: number | null;
}

/**
 * Returns a function that decides how to pad each batch of an evaluation or prediction. Full batches are not padded. A
 * smaller last batch is padded to a full one, for which a compiled plan exists. If all samples are fewer than a full
 * batch, they are padded to the next size of a fixed series, so data of similar size shares compiled plans.
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
