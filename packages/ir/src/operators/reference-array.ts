import { type DType, dtypes } from '../types/dtype.ts';
import { roundToFloat16 } from '../types/float16.ts';
import { canonicalElements, type HostArray, hostArray } from '../types/host-array.ts';
import { sizeOf, type TensorType } from '../types/shape.ts';
import type { ReferenceArray } from './reference.ts';

/**
 * Allocates zeroed elements for the reference interpreter: a Float64Array for every float dtype, and the typed array of
 * the dtype for all others.
 *
 * @example
 * ```ts
 * import { referenceStorage } from '@manabi/ir/reference';
 *
 * console.log(referenceStorage('float32', 3) instanceof Float64Array); // true
 * ```
 */
export function referenceStorage(dtype: DType, length: number): ReferenceArray['data'] {
  switch (dtype) {
    case 'float32':
    case 'float64':
    case 'float16':
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

/**
 * Creates a reference array whose element i, in row-major order, is `element(i)`. Integers wrap to their dtype.
 *
 * @example
 * ```ts
 * import { fillReference } from '@manabi/ir/reference';
 *
 * console.log([...fillReference({ dtype: 'int32', shape: [3] }, (i) => 2 * i).data]); // [0, 2, 4]
 * ```
 */
export function fillReference(type: TensorType, element: (i: number) => number): ReferenceArray {
  const data = referenceStorage(type.dtype, sizeOf(type.shape));
  for (let i = 0; i < data.length; i++) data[i] = element(i);
  return { ...type, data };
}

/**
 * Returns the result of an operator as it is stored: float16 elements are rounded, all others are kept.
 *
 * @example
 * ```ts
 * import { fillReference, storedArray } from '@manabi/ir/reference';
 *
 * console.log(storedArray(fillReference({ dtype: 'float16', shape: [1] }, () => 1e6)).data[0]); // Infinity
 * ```
 */
export function storedArray(array: ReferenceArray): ReferenceArray {
  return array.dtype === 'float16' ? { ...array, data: array.data.map(roundToFloat16) } : array;
}

/**
 * Copies a host array to an array of the reference interpreter, in which floats are float64.
 *
 * @example
 * ```ts
 * import { toReference } from '@manabi/ir/reference';
 * import { hostArray } from 'manabi';
 *
 * const array = toReference(hostArray('float32', [2], Float32Array.of(1, 2)));
 * console.log(array.data instanceof Float64Array); // true
 * ```
 */
export function toReference(host: HostArray): ReferenceArray {
  const { dtype, shape, data } = canonicalElements(host);
  return fillReference({ dtype, shape }, (i) => data[i]);
}

/**
 * Copies a reference array to the host. Elements of dtype float32 are rounded here; the reference interpreter does not
 * round them anywhere else.
 *
 * @throws ManabiError `shape` unless the number of elements matches the shape
 * @example
 * ```ts
 * import { fillReference, fromReference } from '@manabi/ir/reference';
 *
 * const array = fromReference(fillReference({ dtype: 'float32', shape: [1] }, () => 0.1));
 * console.log(array.data[0] === Math.fround(0.1)); // true
 * ```
 */
export function fromReference(array: ReferenceArray): HostArray {
  const data = dtypes[array.dtype].create(array.data.length);
  data.set(array.data);
  return hostArray(array.dtype, array.shape, data);
}
