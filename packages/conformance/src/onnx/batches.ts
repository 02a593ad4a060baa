import { dtypes, type HostArray, hostArray, sizeOf } from '@manabi/ir';

/** Returns a batch of `count` samples by repeating the samples of an array. */
export function samplesOf({ dtype, shape, data }: HostArray, count: number): HostArray {
  const [samples, ...rest] = shape;
  const length = sizeOf(rest);
  const elements = dtypes[dtype].create(count * length);
  for (let i = 0; i < count; i++) {
    const from = (i % samples) * length;
    elements.set(data.subarray(from, from + length), i * length);
  }
  return hostArray(dtype, [count, ...rest], elements);
}
