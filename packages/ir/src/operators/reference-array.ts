import { type DType, dtypes } from '../types/dtype.ts';
import { canonicalBools, type HostArray, hostArray } from '../types/host-array.ts';
import { sizeOf, type TensorType } from '../types/shape.ts';
import type { ReferenceArray } from './reference.ts';

/** Zeroed storage for elements of the reference interpreter: float64 for every float, else the dtype's own kind. */
export function referenceStorage(dtype: DType, length: number): ReferenceArray['data'] {
  switch (dtype) {
    case 'float32':
    case 'float64':
      return new Float64Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'uint32':
      return new Uint32Array(length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(length);
  }
}

/** An array whose element i, in row-major order, is `element(i)`; integers wrap to their dtype when stored. */
export function fillReference(type: TensorType, element: (i: number) => number): ReferenceArray {
  const data = referenceStorage(type.dtype, sizeOf(type.shape));
  for (let i = 0; i < data.length; i++) data[i] = element(i);
  return { ...type, data };
}

/** A copy of a host array for the reference interpreter. */
export function toReference(host: HostArray): ReferenceArray {
  const { dtype, shape, data } = canonicalBools(host);
  return fillReference({ dtype, shape }, (i) => data[i]);
}

/** A copy of an interpreter's array for the host; float32 is rounded here, and only here. */
export function fromReference(array: ReferenceArray): HostArray {
  const data = dtypes[array.dtype].create(array.data.length);
  data.set(array.data);
  return hostArray(array.dtype, array.shape, data);
}
