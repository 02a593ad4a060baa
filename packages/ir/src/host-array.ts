import { type DType, dtypes, type ElementArray } from './dtype.ts';
import { ManabiError } from './errors.ts';
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
 * that of the dtype.
 * @example `hostArray('float32', [2, 2], new Float32Array([1, 2, 3, 4]))`
 */
export function hostArray(dtype: DType, shape: Shape, data: ElementArray): HostArray {
  if (data.length !== sizeOf(shape)) {
    throw new ManabiError(
      'shape',
      `A ${dtype} array of shape ${formatShape(shape)} needs ${sizeOf(shape)} elements, but ${data.length} were given.`,
      { op: 'hostArray', data: { dtype, shape, length: data.length } },
    );
  }
  const expected = dtypes[dtype].create(0);
  if (expected[Symbol.toStringTag] !== data[Symbol.toStringTag]) {
    throw new ManabiError(
      'dtype',
      `${dtype} elements live in a ${expected[Symbol.toStringTag]}, but a ${data[Symbol.toStringTag]} was given.`,
      { op: 'hostArray', data: { dtype, array: data[Symbol.toStringTag] } },
    );
  }
  return { dtype, shape, data };
}
