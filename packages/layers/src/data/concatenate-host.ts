import { type HostArray, hostArray, ManabiError } from '@manabi/core';

/**
 * Concatenates host arrays along the first axis.
 *
 * @throws ManabiError `shape` if another axis differs in length
 */
export function concatenateHost(arrays: readonly HostArray[]): HostArray {
  const [first, ...others] = arrays;
  if (others.length === 0) return first;
  const [, ...row] = first.shape;
  const misfit = others.find(
    ({ shape }) => shape.length !== first.shape.length || row.some((n, i) => n !== shape[i + 1]),
  );
  if (misfit !== undefined) {
    throw new ManabiError(
      'shape',
      `The outputs of batches differ in shape: [${first.shape.join(', ')}] and [${misfit.shape.join(', ')}]. Predict ` +
        'each batch with predictOnBatch, or pad the inputs.',
      { op: 'predict', data: { shapes: [first.shape, misfit.shape] } },
    );
  }
  const rows = arrays.reduce((sum, { shape }) => sum + shape[0], 0);
  const length = arrays.reduce((sum, { data }) => sum + data.length, 0);
  const data = emptyLike(first, length);
  let offset = 0;
  for (const array of arrays) {
    data.set(array.data, offset);
    offset += array.data.length;
  }
  return hostArray(first.dtype, [rows, ...row], data);
}

/** Returns a typed array of the type of an array's data. */
export function emptyLike({ data }: HostArray, length: number): HostArray['data'] {
  if (data instanceof Float32Array) return new Float32Array(length);
  if (data instanceof Float64Array) return new Float64Array(length);
  if (data instanceof Int32Array) return new Int32Array(length);
  if (data instanceof Uint32Array) return new Uint32Array(length);
  return new Uint8Array(length);
}
