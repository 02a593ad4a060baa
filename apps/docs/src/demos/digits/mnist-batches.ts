import { datasets, type HostArray, hostArray } from 'manabi';
import { type DigitPixels, SIDE } from './messages.ts';

/** Images of digits, uint8 [n, 28, 28, 1], and their labels. */
export interface DigitBatch {
  readonly images: HostArray;
  readonly labels: HostArray;
}

/** MNIST in parts. */
export interface Digits {
  /** Returns the batch of a step; after the last one comes the first again. */
  batch(step: number): DigitBatch;
  readonly test: DigitBatch;
  /** A test digit of each kind from 0 to 9. */
  readonly samples: readonly DigitPixels[];
}

/** Downloads MNIST. The test part contains the first images only, so that it is computed quickly. */
export async function loadDigits(batchSize: number, testSize: number): Promise<Digits> {
  const { train, test } = await datasets.mnist();
  const batches = Math.floor(train.labels.shape[0] / batchSize);
  const labels = Array.from(test.labels.data);
  return {
    batch: (step) => partOf(train, (step % batches) * batchSize, batchSize),
    test: partOf(test, 0, testSize),
    samples: Array.from({ length: 10 }, (_, digit) => {
      const { images } = partOf(test, labels.indexOf(digit), 1);
      return Uint8Array.from(images.data);
    }),
  };
}

/** Makes a batch of one image. */
export function batchOf(pixels: DigitPixels): HostArray {
  return hostArray('uint8', [1, SIDE, SIDE, 1], pixels);
}

function partOf({ images, labels }: DigitBatch, begin: number, count: number): DigitBatch {
  const pixels = images.data.subarray(begin * SIDE * SIDE, (begin + count) * SIDE * SIDE);
  return {
    images: hostArray('uint8', [count, SIDE, SIDE, 1], pixels),
    labels: hostArray('uint8', [count], labels.data.subarray(begin, begin + count)),
  };
}
