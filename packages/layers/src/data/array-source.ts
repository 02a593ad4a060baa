import type { HostArray } from '@manabi/core';
import type { Stage } from '@manabi/data';
import { batchStage, elementsOf, hostArrayStage, shuffleStage, skipStage } from '@manabi/data/internal';
import type { Batch, BatchSource, Pass } from './batch.ts';

/** Inputs, labels and sample weights in host memory, all with the same number of samples. */
export interface Samples {
  readonly x: readonly HostArray[];
  readonly y: readonly (HostArray | null)[];
  readonly weights: readonly (HostArray | null)[];
}

/** Options for splitting samples in memory into batches. */
export interface ArrayBatching {
  readonly batchSize: number;
  /**
   * Whether to shuffle the samples, differently in each epoch; the order depends on the number of the epoch and the
   * seed.
   */
  readonly shuffle: boolean;
}

/** Returns the number of samples. */
export function sampleCount({ x }: Samples): number {
  return x[0].shape[0];
}

/**
 * Creates a source of batches from samples in memory. A shuffled batch is copied when it is needed; other batches are
 * not copied. The last batch may be smaller.
 */
export function arraySource(samples: Samples, { batchSize, shuffle }: ArrayBatching): BatchSource {
  const { x, y, weights } = samples;
  const columns = [...x, ...y, ...weights].filter((array) => array !== null);
  const rows = hostArrayStage(columns);
  const orderOf = ({ number, seed }: Pass): Stage<readonly HostArray[]> => {
    const shuffled = shuffleStage(rows, Number.POSITIVE_INFINITY, { seed });
    shuffled.skipIterations(number);
    return shuffled;
  };
  return {
    batches: Math.ceil(sampleCount(samples) / batchSize),
    batchSize,
    samples: sampleCount(samples),
    async *open(pass, signal): AsyncGenerator<Batch, void, undefined> {
      if (!shuffle) {
        const count = sampleCount(samples);
        for (let from = pass.skip * batchSize; from < count; from += batchSize) {
          yield sliceSamples(samples, from, Math.min(from + batchSize, count));
        }
        return;
      }
      const batches = batchStage(skipStage(orderOf(pass), pass.skip * batchSize), batchSize, {});
      for await (const arrays of elementsOf(batches, signal)) {
        let next = 0;
        const take = (array: HostArray | null): HostArray | null => (array === null ? null : arrays[next++]);
        yield { x: x.map(() => arrays[next++]), y: y.map(take), weights: weights.map(take) };
      }
    },
  };
}

/** Returns the samples with indices in [from, to), without copying them. */
export function sliceSamples({ x, y, weights }: Samples, from: number, to: number): Samples {
  const slice = (array: HostArray): HostArray => {
    const [count, ...shape] = array.shape;
    const size = count === 0 ? 0 : array.data.length / count;
    return { dtype: array.dtype, shape: [to - from, ...shape], data: array.data.subarray(from * size, to * size) };
  };
  const sliceKnown = (array: HostArray | null): HostArray | null => (array === null ? null : slice(array));
  return { x: x.map(slice), y: y.map(sliceKnown), weights: weights.map(sliceKnown) };
}
