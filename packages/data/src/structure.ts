import { describeGiven } from '@manabi/errors/internal';
import { type DType, dtypeNames, type ElementArray, formatType, type HostArray } from '@manabi/ir';

/** Typed arrays that become arrays of rank 1. */
type TypedColumn = Float32Array | Float64Array | Int32Array | Uint32Array | Uint8Array;

/** Numbers or booleans in nested arrays. */
type NumberColumn = readonly (number | boolean | NumberColumn)[];

/** A list of rows with numbers, booleans and strings by name. */
type RecordColumn = readonly { readonly [name: string]: number | boolean | string }[];

/** A tensor, as far as this package uses it. */
export interface TensorLike {
  readonly dtype: DType;
  readonly shape: readonly number[];
  data(): PromiseLike<ElementArray>;
}

/**
 * Resolves to `T` if it consists of arrays, alone or in nested objects, arrays and tuples: host arrays, tensors, typed arrays,
 * nested arrays of numbers, lists of strings or records; `never` otherwise.
 */
export type Slices<T> = T extends HostArray | TensorLike | TypedColumn | NumberColumn | readonly string[] | RecordColumn
  ? T
  : T extends object
    ? { readonly [K in keyof T]: Slices<T[K]> }
    : never;

/** Type of an element of `fromTensorSlices(slices)`, where `T` is the type of `slices`. */
export type Sliced<T> = T extends HostArray
  ? T
  : T extends TensorLike | TypedColumn | NumberColumn
    ? HostArray
    : T extends readonly string[]
      ? string
      : T extends RecordColumn
        ? { -readonly [K in keyof T[number]]: T[number][K] extends string ? string : HostArray }
        : { readonly [K in keyof T]: Sliced<T[K]> };

/**
 * Type of a batch of elements of type `T`: host arrays, numbers, booleans and typed arrays become host arrays with one more
 * axis in front, strings an array of strings, and objects, arrays and tuples keep their structure.
 */
export type Batched<T> = T extends HostArray | number | boolean | ElementArray
  ? HostArray
  : T extends string
    ? string[]
    : T extends readonly unknown[]
      ? { -readonly [K in keyof T]: Batched<T[K]> }
      : T extends object
        ? { -readonly [K in keyof T]: Batched<T[K]> }
        : never;

/** Type of the elements of a batch of type `T`; the inverse of `Batched`. */
export type Unbatched<T> = T extends HostArray
  ? HostArray
  : T extends readonly string[]
    ? string
    : T extends object
      ? { -readonly [K in keyof T]: Unbatched<T[K]> }
      : never;

/**
 * Returns whether a value is a host array: `{ dtype, shape, data }` with a known dtype and a typed array.
 *
 * @example
 * ```ts
 * import { isHostArray } from '@manabi/data';
 * import { hostArray } from 'manabi';
 *
 * console.log(isHostArray(hostArray('float32', [2], new Float32Array(2)))); // true
 * console.log(isHostArray([1, 2])); // false
 * ```
 */
export function isHostArray(value: unknown): value is HostArray {
  return hasTypeAndData(value) && ArrayBuffer.isView(value.data);
}

/** Returns whether a value has a known dtype, a shape and data, as host arrays and tensors have. */
export function hasTypeAndData(value: unknown): value is { readonly data: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'dtype' in value &&
    dtypeNames.some((name) => name === value.dtype) &&
    'shape' in value &&
    Array.isArray(value.shape) &&
    'data' in value
  );
}

/**
 * Returns whether a value is a plain object, as opposed to an array or an instance of a class. Fields of plain objects
 * are parts of a structure.
 */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Returns the path of a part of a structure, given the path of the object or array that contains it and its key:
 * `.inputs[1]` for `.inputs` and 1.
 */
export function partPath(path: string, key: string | number): string {
  return typeof key === 'number' ? `${path}[${key}]` : `${path}.${key}`;
}

/**
 * Describes a value for messages: a host array by dtype and shape, another value by what it is, such as `a string`.
 */
export function describeValue(value: unknown): string {
  return isHostArray(value) ? formatType(value) : describeGiven(value);
}
