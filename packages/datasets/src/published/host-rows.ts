import { dtypes, type HostArray, hostArray, sizeOf } from '@manabi/ir';

/** Copies the rows at the given indices into a new array. */
export function gatherRows({ dtype, shape, data }: HostArray, indices: ArrayLike<number>): HostArray {
  const rowShape = shape.slice(1);
  const size = sizeOf(rowShape);
  const rows = dtypes[dtype].create(indices.length * size);
  for (let i = 0; i < indices.length; i++)
    rows.set(data.subarray(indices[i] * size, (indices[i] + 1) * size), i * size);
  return hostArray(dtype, [indices.length, ...rowShape], rows);
}

/** Converts an array to float32. */
export function floats({ dtype, shape, data }: HostArray): HostArray {
  return dtype === 'float32' ? hostArray(dtype, shape, data) : hostArray('float32', shape, Float32Array.from(data));
}
