import { describeGiven } from '@manabi/errors';
import { dtypeNames, type ElementArray, formatType, type HostArray } from '@manabi/ir';

/** `T`, if it is host arrays, alone or in objects, arrays and tuples of any depth; `never` where something else stands. */
export type Slices<T> = T extends HostArray ? T : T extends object ? { readonly [K in keyof T]: Slices<T[K]> } : never;

/**
 * What a batch of elements of type `T` is: host arrays, numbers, booleans and typed arrays become a host array with one
 * more axis in front, texts an array of texts, and objects, arrays and tuples keep their form.
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

/** What the elements of a batch of type `T` are: the counterpart of `Batched`. */
export type Unbatched<T> = T extends HostArray
  ? HostArray
  : T extends readonly string[]
    ? string
    : T extends object
      ? { -readonly [K in keyof T]: Unbatched<T[K]> }
      : never;

/** True for `{ dtype, shape, data }` of a known dtype over a typed array. */
export function isHostArray(value: unknown): value is HostArray {
  return (
    typeof value === 'object' &&
    value !== null &&
    'dtype' in value &&
    dtypeNames.some((name) => name === value.dtype) &&
    'shape' in value &&
    Array.isArray(value.shape) &&
    'data' in value &&
    ArrayBuffer.isView(value.data)
  );
}

/** True for objects made by a literal, whose fields are parts of a structure. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The path of a part, as it is written in code: `.x`, `[0]`, `.inputs[1]`. */
export function partPath(path: string, key: string | number): string {
  return typeof key === 'number' ? `${path}[${key}]` : `${path}.${key}`;
}

/** Text of a value for messages: the type of a host array, for others what they are. */
export function describeValue(value: unknown): string {
  return isHostArray(value) ? formatType(value) : describeGiven(value);
}
