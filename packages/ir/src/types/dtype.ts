/**
 * Typed arrays for the elements of a tensor on the host. A bool takes one byte, which is 0 or 1. Elements of float16 are
 * numbers in a `Float32Array`, because not every engine has a `Float16Array`.
 */
export type ElementArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** Properties of a dtype. */
export interface DTypeFacts {
  readonly kind: 'float' | 'signed' | 'unsigned' | 'bool';
  /** Bytes per element in files and on devices that store the dtype. The host stores float16 as float32. */
  readonly bytes: 1 | 2 | 4 | 8;
  readonly create: (length: number) => ElementArray;
  /** Smallest value of the dtype (-Infinity for floats), which is also the identity of `max`. */
  readonly min: number;
  /** Largest value of the dtype (Infinity for floats), which is also the identity of `min`. */
  readonly max: number;
}

/**
 * Every dtype of graphs, by its NumPy name. `float64` and `float16` run in the reference interpreter and on
 * backends that support them. Operators on float16 compute in float32 and round each result to float16 once.
 */
export const dtypes = {
  float32: { kind: 'float', bytes: 4, create: (n) => new Float32Array(n), min: -Infinity, max: Infinity },
  float64: { kind: 'float', bytes: 8, create: (n) => new Float64Array(n), min: -Infinity, max: Infinity },
  float16: { kind: 'float', bytes: 2, create: (n) => new Float32Array(n), min: -Infinity, max: Infinity },
  int32: { kind: 'signed', bytes: 4, create: (n) => new Int32Array(n), min: -2147483648, max: 2147483647 },
  uint32: { kind: 'unsigned', bytes: 4, create: (n) => new Uint32Array(n), min: 0, max: 4294967295 },
  uint8: { kind: 'unsigned', bytes: 1, create: (n) => new Uint8Array(n), min: 0, max: 255 },
  bool: { kind: 'bool', bytes: 1, create: (n) => new Uint8Array(n), min: 0, max: 1 },
} as const satisfies Record<string, DTypeFacts>;

/** Name of a dtype. */
export type DType = keyof typeof dtypes;

/** Names of all dtypes, in the order of `dtypes`. */
export const dtypeNames: readonly DType[] = ['float32', 'float64', 'float16', 'int32', 'uint32', 'uint8', 'bool'];

/**
 * Returns true for `float32`, `float64` and `float16`.
 *
 * @example
 * ```ts
 * import { isFloat } from '@manabi/ir';
 *
 * console.log(isFloat('float64')); // true
 * console.log(isFloat('int32')); // false
 * ```
 */
export function isFloat(dtype: DType): boolean {
  return dtypes[dtype].kind === 'float';
}

/**
 * Returns true for `int32`, `uint32` and `uint8`.
 *
 * @example
 * ```ts
 * import { isInteger } from '@manabi/ir';
 *
 * console.log(isInteger('uint8')); // true
 * console.log(isInteger('bool')); // false
 * ```
 */
export function isInteger(dtype: DType): boolean {
  const { kind } = dtypes[dtype];
  return kind === 'signed' || kind === 'unsigned';
}

/**
 * Returns true for dtypes with arithmetic: all except `bool`.
 *
 * @example
 * ```ts
 * import { isNumeric } from '@manabi/ir';
 *
 * console.log(isNumeric('uint8')); // true
 * console.log(isNumeric('bool')); // false
 * ```
 */
export function isNumeric(dtype: DType): boolean {
  return dtype !== 'bool';
}
