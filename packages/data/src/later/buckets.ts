import { abortable } from '../abort.ts';
import type { Open } from '../lazy-stage.ts';
import { elementError, failedElement, type Stage } from '../stage.ts';
import { type Batched, describeValue } from '../structure.ts';
import type { Padding } from './pad.ts';
import { paddedStack } from './padded-batch.ts';

/** Options of `bucketBySequenceLength`, with defaults. */
export interface BucketFacts<T> extends Padding {
  readonly lengthOf: (element: T) => number | PromiseLike<number>;
  readonly boundaries: readonly number[];
  readonly batchSizes: readonly number[];
  readonly padToBoundary: boolean;
  readonly dropRemainder: boolean;
}

interface Bucket<T> {
  elements: T[];
  indices: number[];
}

/** Returns batches of elements of similar length. */
export function bucketed<T>(upstream: Stage<T>, facts: BucketFacts<T>, path: string): Open<Batched<T>> {
  const { lengthOf, boundaries, batchSizes, padToBoundary, dropRemainder, ...padding } = facts;
  const batch = (bucket: Bucket<T>, number: number): Batched<T> =>
    paddedStack(bucket, padToBoundary ? { ...padding, fill: boundaries[number] - 1 } : padding, path);
  return async function* open(signal) {
    const buckets = batchSizes.map((): Bucket<T> => ({ elements: [], indices: [] }));
    let index = 0;
    for await (const element of upstream.open(signal)) {
      let length: number;
      try {
        length = await abortable(lengthOf(element), signal);
      } catch (cause) {
        throw failedElement(path, index, cause, signal);
      }
      if (!Number.isInteger(length) || length < 0) {
        throw elementError(
          path,
          index,
          `The function must return the length of the element, an integer of at least 0; got ${describeValue(length)}.`,
        );
      }
      const number = boundaries.filter((boundary) => boundary <= length).length;
      if (padToBoundary && number === boundaries.length) {
        throw elementError(
          path,
          index,
          `The element has length ${length}; with \`padToBucketBoundary\`, lengths must be below the last boundary, ${boundaries.at(-1)}.`,
          { data: { length } },
        );
      }
      const bucket = buckets[number];
      bucket.elements.push(element);
      bucket.indices.push(index++);
      if (bucket.elements.length < batchSizes[number]) continue;
      buckets[number] = { elements: [], indices: [] };
      yield batch(bucket, number);
    }
    for (const [number, bucket] of buckets.entries()) {
      if (bucket.elements.length > 0 && !dropRemainder) yield batch(bucket, number);
    }
  };
}
