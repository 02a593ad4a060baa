import { ManabiError, wrongArgument } from '@manabi/errors';
import { describeGiven } from '@manabi/errors/internal';
import type { DType, ElementArray } from './dtype.ts';
import { checkDTypeName } from './dtype-name.ts';
import { roundToFloat16 } from './float16.ts';
import { formatShape, type Shape, sizeOf } from './shape.ts';
import { checkShape } from './shape-argument.ts';

/**
 * A tensor in the memory of the host: its dtype, shape, and elements in row-major order. Backends and data pipelines
 * pass data in this form. Elements of float16 are numbers in a `Float32Array`, not bits; `float16ToFloat32` converts
 * bits.
 */
export interface HostArray {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: ElementArray;
}

/**
 * Creates a host array that uses the array `data` without copying it.
 *
 * @throws ManabiError `dtype` for an unknown dtype, or if `data` is not the typed array of the dtype; `shape` for
 * negative or fractional lengths, or if `data` has another number of elements than the shape; `argument` if `shape` is
 * not an array
 * @example
 * ```ts
 * import { hostArray } from 'manabi';
 *
 * console.log(hostArray('float32', [2, 2], Float32Array.of(1, 2, 3, 4)).shape); // [2, 2]
 * hostArray('float32', [2, 2], Float32Array.of(1, 2, 3)); // throws 'shape'
 * ```
 */
export function hostArray(dtype: DType, shape: Shape, data: ElementArray): HostArray {
  const array = { dtype, shape, data };
  checkHostArray('hostArray', array);
  return array;
}

/**
 * Checks that an argument is a valid host array; programs in JavaScript may pass any value. It must have a known dtype,
 * a valid shape, and the typed array of the dtype with as many elements as the shape.
 *
 * @param op name of the calling function, for the error message
 * @throws ManabiError `argument` for a value that is not a host array; `dtype` or `shape` for parts that do not match
 * @example
 * ```ts
 * import { checkHostArray } from '@manabi/ir';
 * import { hostArray } from 'manabi';
 *
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
  float16: 'Float32Array',
  int32: 'Int32Array',
  uint32: 'Uint32Array',
  uint8: 'Uint8Array',
  bool: 'Uint8Array',
};

/** Returns true for the typed array of a dtype, even if it was created in another realm, such as an iframe. */
function isArrayOf(dtype: DType, data: unknown): data is ElementArray {
  return ArrayBuffer.isView(data) && Reflect.get(data, Symbol.toStringTag) === arrayNames[dtype];
}

/**
 * Replaces elements that backends do not accept: each non-zero byte of a bool array becomes 1, as any non-zero byte is
 * true in NumPy too, and each element of a float16 array is rounded to float16. Returns a copy, or the array itself if
 * nothing must be replaced.
 *
 * @example
 * ```ts
 * import { canonicalElements } from '@manabi/ir';
 * import { hostArray } from 'manabi';
 *
 * console.log([...canonicalElements(hostArray('bool', [3], Uint8Array.of(0, 2, 255))).data]); // [0, 1, 1]
 * console.log([...canonicalElements(hostArray('float16', [1], Float32Array.of(70000))).data]); // [Infinity]
 * ```
 */
export function canonicalElements(array: HostArray): HostArray {
  const { dtype, data } = array;
  if (dtype === 'bool') {
    if (!hasOther(data, (byte) => byte > 1)) return array;
    return { ...array, data: Uint8Array.from(data, (byte) => (byte === 0 ? 0 : 1)) };
  }
  if (dtype !== 'float16' || !hasOther(data, (x) => !Object.is(roundToFloat16(x), x))) return array;
  return { ...array, data: Float32Array.from(data, roundToFloat16) };
}

function hasOther(data: ElementArray, isOther: (element: number) => boolean): boolean {
  for (let i = 0; i < data.length; i++) if (isOther(data[i])) return true;
  return false;
}
