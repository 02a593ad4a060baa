import { ManabiError, wrongArgument } from '@manabi/errors';
import { describeGiven } from '@manabi/errors/internal';
import type { DType, ElementArray } from './dtype.ts';
import { checkDTypeName } from './dtype-name.ts';
import { formatShape, type Shape, sizeOf } from './shape.ts';
import { checkShape } from './shape-argument.ts';

/** Tensor elements in host memory, in row-major order. Backends and data pipelines exchange these. */
export interface HostArray {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: ElementArray;
}

/**
 * Creates a host array over `data` without copying it.
 *
 * @throws ManabiError `dtype` for an unknown dtype or another kind of array; `shape` for negative or fractional
 * lengths, or if the shape has another number of elements than `data`; `argument` if `shape` is not an array
 * @example
 * ```ts
 * hostArray('float32', [2, 2], Float32Array.of(1, 2, 3, 4)).shape; // => [2, 2]
 * hostArray('float32', [2, 2], Float32Array.of(1, 2, 3)); // throws 'shape'
 * ```
 */
export function hostArray(dtype: DType, shape: Shape, data: ElementArray): HostArray {
  const array = { dtype, shape, data };
  checkHostArray('hostArray', array);
  return array;
}

/**
 * Checks a host array that may come from untyped JavaScript: a known dtype, a valid shape, and a typed array of the
 * dtype's kind with as many elements as the shape.
 *
 * @param op name of the calling function, for the error
 * @throws ManabiError `argument` for a value that is not a host array; `dtype` or `shape` for parts that do not match
 * @example
 * ```ts
 * checkHostArray('predict', hostArray('float32', [2], new Float32Array(2)));
 * checkHostArray('predict', new Float32Array(2)); // throws 'argument'
 * ```
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
      `Elements of dtype ${dtype} must be in ${expected === 'Int32Array' ? 'an' : 'a'} ${expected}; got ${given}. Convert them: ${expected}.from(elements).`,
      { op, data: { dtype, given } },
    );
  }
  if (data.length !== sizeOf(shape)) {
    throw new ManabiError(
      'shape',
      `Shape ${formatShape(shape)} needs ${sizeOf(shape)} elements; \`data\` has ${data.length}. Correct the shape or the data.`,
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

/** Returns true for a typed array of the kind that holds elements of a dtype, also from another realm. */
function isArrayOf(dtype: DType, data: unknown): data is ElementArray {
  return ArrayBuffer.isView(data) && Reflect.get(data, Symbol.toStringTag) === arrayNames[dtype];
}

/**
 * Returns the array with each bool element stored as 0 or 1, as backends require. Any non-zero byte counts as true, as
 * in NumPy. Returns the array itself if it needs no change, otherwise a copy.
 *
 * @example
 * ```ts
 * [...canonicalBools(hostArray('bool', [3], Uint8Array.of(0, 2, 255))).data]; // => [0, 1, 1]
 * ```
 */
export function canonicalBools(array: HostArray): HostArray {
  if (array.dtype !== 'bool' || !hasOtherBytes(array.data)) return array;
  return { ...array, data: Uint8Array.from(array.data, (byte) => (byte === 0 ? 0 : 1)) };
}

function hasOtherBytes(data: ElementArray): boolean {
  for (let i = 0; i < data.length; i++) if (data[i] > 1) return true;
  return false;
}
