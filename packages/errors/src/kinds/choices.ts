import { type ArgumentLocation, type Kind, type KindValue, wrongArgument } from './kind.ts';

/**
 * Returns a validator that accepts every value that at least one of the given validators accepts. The first one that
 * accepts a value also converts it.
 *
 * @example
 * ```ts
 * import { anyOf, positiveInteger, text } from '@manabi/errors';
 *
 * console.log(anyOf(positiveInteger, text).expected); // a positive integer, or a string
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function anyOf<const Kinds extends readonly Kind<unknown>[]>(...kinds: Kinds): Kind<KindValue<Kinds[number]>> {
  const expected = kinds.map((one) => one.expected).join(', or ');
  return {
    expected,
    accepts: (given) => kinds.some(({ accepts }) => accepts(given)),
    read: (given, location) => {
      const found = kinds.find(({ accepts }) => accepts(given));
      if (found === undefined) throw wrongArgument(location, expected, given);
      // `found` is one of `kinds`, but TypeScript does not infer the union of their value types from `find`.
      return found.read(given, location) as KindValue<Kinds[number]>;
    },
  };
}

/**
 * Returns a validator that accepts null in addition to the values of the given validator.
 *
 * @example
 * ```ts
 * import { nullable, positiveInteger } from '@manabi/errors';
 *
 * console.log(nullable(positiveInteger).expected); // a positive integer, or null
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function nullable<T>(of: Kind<T>): Kind<T | null> {
  return {
    expected: `${of.expected}, or null`,
    accepts: (given) => given === null || of.accepts(given),
    read: (given, location) => (given === null ? null : of.read(given, location)),
  };
}

/**
 * Returns a validator for an option that may be omitted: it accepts undefined in addition to the values of the given
 * validator.
 *
 * @param fallback default value of an omitted option; without `fallback`, the value stays undefined
 * @example
 * ```ts
 * import { number, optional, readOptions } from '@manabi/errors';
 *
 * console.log(readOptions('sgd', {}, { momentum: optional(number(), 0.9) })); // { momentum: 0.9 }
 * ```
 */
export function optional<T>(of: Kind<T>): Kind<T | undefined>;
export function optional<T>(of: Kind<T>, fallback: unknown): Kind<T>;
/* @__NO_SIDE_EFFECTS__ */
export function optional<T>(of: Kind<T>, fallback?: unknown): Kind<T | undefined> {
  return {
    expected: of.expected,
    accepts: (given) => given === undefined || of.accepts(given),
    read: (given, location) => {
      const value = given === undefined ? fallback : given;
      return value === undefined ? undefined : of.read(value, location);
    },
  };
}

/**
 * Returns a validator that applies an additional check to the values that the given validator accepts, such as a
 * condition that relates two fields of an object.
 *
 * @param check function that throws for invalid values
 * @example
 * ```ts
 * import { checked, listOf, number, readArgument, wrongArgument } from '@manabi/errors';
 *
 * const range = checked(listOf(number(), { length: 2 }), ([low, high], location) => {
 *   if (low > high) throw wrongArgument(location, 'an array [low, high] with low <= high', [low, high]);
 * });
 * readArgument('clip', 'range', [2, 1], range); // throws 'argument'
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function checked<T>(of: Kind<T>, check: (value: T, location: ArgumentLocation) => void): Kind<T> {
  return {
    expected: of.expected,
    accepts: of.accepts,
    read: (given, location) => {
      const value = of.read(given, location);
      check(value, location);
      return value;
    },
  };
}
