import type { HostArray } from '@manabi/core';
import { fromTensorSlices } from '@manabi/data';
import type { Batch, BatchSource } from './batch.ts';

/** Samples in host memory, all arrays of one length. */
export interface Samples {
  readonly x: readonly HostArray[];
  readonly y: readonly (HostArray | null)[];
  readonly weights: readonly (HostArray | null)[];
}

/** How samples become batches. */
export interface ArrayBatching {
  readonly batchSize: number;
  /** A seed for a new order in each pass; null for the order given. */
  readonly shuffleSeed: number | null;
}

/** Number of samples. */
export function sampleCount({ x }: Samples): number {
  return x[0].shape[0];
}

/** Batches of samples in memory, copied row by row when they are asked for; the last one may be smaller. */
export function arraySource(samples: Samples, { batchSize, shuffleSeed }: ArrayBatching): BatchSource {
  const { x, y, weights } = samples;
  const columns = [...x, ...y, ...weights].filter((array) => array !== null);
  const rows = fromTensorSlices<readonly HostArray[]>(columns);
  const ordered = shuffleSeed === null ? rows : rows.shuffle(Number.POSITIVE_INFINITY, { seed: shuffleSeed });
  const batches = ordered.batch(batchSize);
  return {
    batches: Math.ceil(sampleCount(samples) / batchSize),
    async *open(signal): AsyncGenerator<Batch, void, undefined> {
      for await (const arrays of batches.iterate({ signal })) {
        let next = 0;
        const take = (array: HostArray | null): HostArray | null => (array === null ? null : arrays[next++]);
        yield { x: x.map(() => arrays[next++]), y: y.map(take), weights: weights.map(take) };
      }
    },
  };
}

/** Samples from one number up to, without, another; nothing is copied. */
export function sliceSamples({ x, y, weights }: Samples, from: number, to: number): Samples {
  const slice = (array: HostArray): HostArray => {
    const [count, ...shape] = array.shape;
    const size = count === 0 ? 0 : array.data.length / count;
    return { dtype: array.dtype, shape: [to - from, ...shape], data: array.data.subarray(from * size, to * size) };
  };
  const sliceKnown = (array: HostArray | null): HostArray | null => (array === null ? null : slice(array));
  return { x: x.map(slice), y: y.map(sliceKnown), weights: weights.map(sliceKnown) };
}
