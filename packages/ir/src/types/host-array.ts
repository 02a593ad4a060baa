import { ManabiError, wrongArgument } from '@manabi/errors';
import { describeGiven } from '@manabi/errors/internal';
import type { DType, ElementArray } from './dtype.ts';
import { checkDTypeName } from './dtype-name.ts';
import { formatShape, type Shape, sizeOf } from './shape.ts';
import { checkShape } from './shape-argument.ts';

/** Elements in host memory, row-major: what enters and leaves a backend, and what data pipelines carry. */
export interface HostArray {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: ElementArray;
}

/**
 * A host array over `data`, which is kept, not copied.
 *
 * @throws ManabiError `shape` if the number of elements is not that of the shape, or a length is not a non-negative integer; `dtype` if the array's kind is not
 * that of the dtype, or there is no such dtype; `argument` if the shape is not a list
 * @example `hostArray('float32', [2, 2], new Float32Array([1, 2, 3, 4]))`
 */
export function hostArray(dtype: DType, shape: Shape, data: ElementArray): HostArray {
  const array = { dtype, shape, data };
  checkHostArray('hostArray', array);
  return array;
}

/**
 * Checks that the parts of a host array fit together, which may come from plain JavaScript: a known dtype, a shape of
 * lengths, and an array of the dtype's kind with as many elements as the shape has.
 *
 * @throws ManabiError `argument` for anything but a host array; `dtype` or `shape` for parts that do not fit
 * @example `checkHostArray('predict', { dtype: 'float32', shape: [5, 3], data: new Float32Array(3) }) // throws`
 */
export function checkHostArray(op: string, array: unknown): asserts array is HostArray {
  if (typeof array !== 'object' || array === null || !('dtype' in array && 'shape' in array && 'data' in array)) {
    throw wrongArgument(
      { op, name: 'array' },
      'a host array { dtype, shape, data }',
      array,
      'Make one with hostArray().',
    );
  }
  const { dtype, shape, data } = array;
  checkDTypeName(op, dtype);
  checkShape(op, shape);
  if (!isArrayOf(dtype, data)) {
    const [expected, given] = [arrayNames[dtype], describeGiven(data)];
    throw new ManabiError(
      'dtype',
      `${dtype} elements must be in ${expected === 'Int32Array' ? 'an' : 'a'} ${expected}; got ${given}. Convert them: ${expected}.from(elements).`,
      { op, data: { dtype, given } },
    );
  }
  if (data.length !== sizeOf(shape)) {
    throw new ManabiError(
      'shape',
      `A ${dtype} array of shape ${formatShape(shape)} must have ${sizeOf(shape)} elements; got ${data.length}.`,
      { op, data: { dtype, shape, length: data.length } },
    );
  }
}

const arrayNames: Readonly<Record<DType, string>> = {
  float32: 'Float32Array',
  float64: 'Float64Array',
  int32: 'Int32Array',
  uint32: 'Uint32Array',
  uint8: 'Uint8Array',
  bool: 'Uint8Array',
};

/** Whether something is a typed array of the kind that holds elements of a dtype, of whichever realm. */
function isArrayOf(dtype: DType, data: unknown): data is ElementArray {
  return ArrayBuffer.isView(data) && Reflect.get(data, Symbol.toStringTag) === arrayNames[dtype];
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
