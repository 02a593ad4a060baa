import { describeGiven, ManabiError } from '@manabi/errors';
import { type DType, dtypes, type ElementArray } from './dtype.ts';
import { checkDTypeName } from './dtype-name.ts';

import { formatShape, type Shape, sizeOf } from './shape.ts';

/** Elements in host memory, row-major: what enters and leaves a backend, and what data pipelines carry. */
export interface HostArray {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: ElementArray;
}

/**
 * A host array over `data`, which is kept, not copied.
 *
 * @throws ManabiError `shape` if the number of elements is not that of the shape; `dtype` if the array's kind is not
 * that of the dtype, or there is no such dtype; `argument` if the shape is no list
 * @example `hostArray('float32', [2, 2], new Float32Array([1, 2, 3, 4]))`
 */
export function hostArray(dtype: DType, shape: Shape, data: ElementArray): HostArray {
  checkDTypeName('hostArray', dtype);
  if (!Array.isArray(shape)) {
    const given = describeGiven(shape);
    throw new ManabiError('argument', `A shape is a list of lengths, as [2, 3], but ${given} was given.`, {
      op: 'hostArray',
      data: { given },
    });
  }
  const expected = dtypes[dtype].create(0);
  if (!ArrayBuffer.isView(data) || expected[Symbol.toStringTag] !== data[Symbol.toStringTag]) {
    const [wanted, given] = [expected[Symbol.toStringTag], describeGiven(data)];
    throw new ManabiError(
      'dtype',
      `${dtype} elements live in ${wanted === 'Int32Array' ? 'an' : 'a'} ${wanted}, but ${given} was given. Convert it: ${wanted}.from(elements).`,
      { op: 'hostArray', data: { dtype, given } },
    );
  }
  if (data.length !== sizeOf(shape)) {
    throw new ManabiError(
      'shape',
      `A ${dtype} array of shape ${formatShape(shape)} needs ${sizeOf(shape)} elements, but ${data.length} were given.`,
      { op: 'hostArray', data: { dtype, shape, length: data.length } },
    );
  }
  return { dtype, shape, data };
}

/**
 * Returns the array with each bool element stored as 0 or 1, which is what every backend computes with. Any other byte
 * counts as true, as in NumPy. An array that needs no change is returned itself; one that does is copied, so that the
 * caller's data stays as it is.
 *
 * @example `canonicalBools(hostArray('bool', [3], Uint8Array.of(0, 2, 255))).data // 0, 1, 1`
 */
export function canonicalBools(array: HostArray): HostArray {
  if (array.dtype !== 'bool' || !hasOtherBytes(array.data)) return array;
  return { ...array, data: Uint8Array.from(array.data, (byte) => (byte === 0 ? 0 : 1)) };
}

function hasOtherBytes(data: ElementArray): boolean {
  for (let i = 0; i < data.length; i++) if (data[i] > 1) return true;
  return false;
}
