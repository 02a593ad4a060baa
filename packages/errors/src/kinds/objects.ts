import { type Kind, kind, type Place, wrongArgument } from './kind.ts';

/**
 * Returns the kind of records whose values are of a kind.
 *
 * @example `recordOf(text) // HTTP headers`
 */
/* @__NO_SIDE_EFFECTS__ */
export function recordOf<T>(value: Kind<T>): Kind<Readonly<Record<string, T>>> {
  const expected = `an object whose values are each ${value.expected}`;
  const read = (given: unknown, place: Place): Readonly<Record<string, T>> => {
    if (!isPlainObject(given)) throw wrongArgument(place, expected, given);
    return Object.fromEntries(
      Object.entries(given).map(([key, one]) => [key, value.read(one, { ...place, name: `${place.name}.${key}` })]),
    );
  };
  return { expected, accepts: isPlainObject, read };
}

/** Returns the kind of functions; `expected` says what they take and return. */
/* @__NO_SIDE_EFFECTS__ */
export function functionOf<F extends (...given: never[]) => unknown>(expected = 'a function'): Kind<F> {
  return kind(expected, (given): given is F => isCallable(given));
}

/** Whether something is a function that is called without `new`: no class. */
export function isCallable(given: unknown): given is (...given: never[]) => unknown {
  return typeof given === 'function' && !/^class\b/.test(Function.prototype.toString.call(given));
}

/**
 * Returns the kind of objects with certain methods, whatever they are instances of.
 *
 * @example `withMethods<LogFiles>('size', 'write', 'append').expected // 'an object with the methods size, write, append'`
 */
/* @__NO_SIDE_EFFECTS__ */
export function withMethods<T extends object>(...methods: readonly (keyof T & string)[]): Kind<T> {
  return kind(
    `an object with the method${methods.length === 1 ? '' : 's'} ${methods.join(', ')}`,
    (given): given is T =>
      typeof given === 'object' && given !== null && methods.every((method) => isCallable(Reflect.get(given, method))),
  );
}

/** Signals that abort what takes long. */
export const signal: Kind<AbortSignal> = kind(
  'an AbortSignal',
  (given): given is AbortSignal =>
    typeof given === 'object' &&
    given !== null &&
    'aborted' in given &&
    typeof given.aborted === 'boolean' &&
    'addEventListener' in given,
);

/** Values of any kind, which somebody else checks; `expected` is for documentation. */
/* @__NO_SIDE_EFFECTS__ */
export function anything<T>(expected = 'a value'): Kind<T> {
  return kind(expected, (given): given is T => given !== undefined);
}

/** Whether a value is an object with fields of its own and nothing else: no array, tensor, Map, promise or class. */
export function isPlainObject(given: unknown): given is Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null) return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(given);
    // Objects of another realm are plain, too: their prototype has none itself.
    return prototype === null || Object.getPrototypeOf(prototype) === null;
  } catch {
    // A revoked proxy throws when it is looked at.
    return false;
  }
}
