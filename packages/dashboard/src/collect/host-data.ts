import { type HostArray, hostArray, isTensor, type Tensor } from '@manabi/core';

/** Returns the elements of a tensor in host memory; host arrays are returned as they are. */
export async function toHost(datum: HostArray | Tensor): Promise<HostArray> {
  return isTensor(datum) ? hostArray(datum.dtype, datum.shape, await datum.data()) : datum;
}

/** Returns the number of elements of one sample. */
export function sampleSize({ shape }: Pick<HostArray, 'shape'>): number {
  return shape.slice(1).reduce((product, length) => product * length, 1);
}

/** Returns elements of one sample as numbers: the first `most`. */
export function elementsOf(array: HostArray, sample: number, most = Number.POSITIVE_INFINITY): number[] {
  const size = sampleSize(array);
  return Array.from({ length: Math.min(size, most) }, (_, i) => Number(array.data[sample * size + i]));
}
