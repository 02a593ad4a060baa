import { type ArgumentLocation, type Kind, kind, wrongArgument } from './kind.ts';

/**
 * Returns a validator that accepts a plain object with arbitrary keys, such as HTTP headers, if the given validator
 * accepts every value in it.
 *
 * @example
 * ```ts
 * import { readArgument, recordOf, text } from '@manabi/errors';
 *
 * const result = readArgument('fetch', 'headers', { accept: 'text/csv' }, recordOf(text));
 * console.log(result); // { accept: 'text/csv' }
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function recordOf<T>(value: Kind<T>): Kind<Readonly<Record<string, T>>> {
  const expected = `an object in which every value is ${value.expected}`;
  const read = (given: unknown, location: ArgumentLocation): Readonly<Record<string, T>> => {
    if (!isPlainObject(given)) throw wrongArgument(location, expected, given);
    return Object.fromEntries(
      Object.entries(given).map(([key, one]) => [
        key,
        value.read(one, { ...location, name: `${location.name}.${key}` }),
      ]),
    );
  };
  return { expected, accepts: isPlainObject, read };
}

/**
 * Returns a validator that accepts functions.
 *
 * @param expected description of the function for error messages, such as 'a function (epoch) => learning rate'
 * @example
 * ```ts
 * import { functionOf, readArgument } from '@manabi/errors';
 *
 * readArgument('map', 'transform', 3, functionOf('a function of one sample')); // throws 'argument'
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function functionOf<F extends (...given: never[]) => unknown>(expected = 'a function'): Kind<F> {
  return kind(expected, (given): given is F => isCallable(given));
}

/**
 * Whether a value is a function that can be called without `new`. Classes are not.
 *
 * @example
 * ```ts
 * import { isCallable } from '@manabi/errors/internal';
 *
 * console.log(isCallable(Math.max)); // true
 * console.log(isCallable(class {})); // false
 * ```
 */
export function isCallable(given: unknown): given is (...given: never[]) => unknown {
  return typeof given === 'function' && !/^class\b/.test(Function.prototype.toString.call(given));
}

/**
 * Returns a validator that accepts objects that have the given methods, regardless of their class.
 *
 * @example
 * ```ts
 * import { withMethods } from '@manabi/errors';
 *
 * console.log(withMethods<Map<string, number>>('get', 'set').expected); // an object with the methods get, set
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function withMethods<T extends object>(...methods: readonly (keyof T & string)[]): Kind<T> {
  return kind(
    `an object with the method${methods.length === 1 ? '' : 's'} ${methods.join(', ')}`,
    (given): given is T =>
      typeof given === 'object' && given !== null && methods.every((method) => isCallable(Reflect.get(given, method))),
  );
}

/**
 * Validator that accepts an `AbortSignal`, which cancels long operations.
 *
 * @example
 * ```ts
 * import { readArgument, signal } from '@manabi/errors';
 *
 * readArgument('fit', 'signal', new AbortController(), signal); // throws 'argument'
 * ```
 */
export const signal: Kind<AbortSignal> = kind(
  'an AbortSignal',
  (given): given is AbortSignal =>
    typeof given === 'object' &&
    given !== null &&
    'aborted' in given &&
    typeof given.aborted === 'boolean' &&
    'addEventListener' in given,
);

/**
 * Returns a validator that accepts every value except undefined, for required arguments whose value is checked
 * elsewhere.
 *
 * @param expected phrase that follows "must be" if the value is missing
 * @example
 * ```ts
 * import { anything, readArgument } from '@manabi/errors';
 *
 * console.log(readArgument('map', 'context', 3, anything())); // 3
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function anything<T>(expected = 'a value'): Kind<T> {
  return kind(expected, (given): given is T => given !== undefined);
}

/**
 * Whether a value is a plain object, such as `{ a: 1 }`. Arrays and instances of classes (tensors, maps, promises) are not.
 *
 * @example
 * ```ts
 * import { isPlainObject } from '@manabi/errors/internal';
 *
 * console.log(isPlainObject({ a: 1 })); // true
 * console.log(isPlainObject(new Map())); // false
 * ```
 */
export function isPlainObject(given: unknown): given is Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null) return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(given);
    // A plain object of another realm (a frame or a vm context) has another Object.prototype, but that one has no
    // prototype either.
    return prototype === null || Object.getPrototypeOf(prototype) === null;
  } catch {
    // A revoked proxy throws on every access.
    return false;
  }
}
