import { type Kind, type KindValue, type Place, wrongArgument } from './kind.ts';

/**
 * Returns the union of several kinds. The first kind that accepts a value reads it.
 *
 * @example
 * ```ts
 * anyOf(positiveInteger, text).expected; // => 'a positive integer, or a string'
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function anyOf<const Kinds extends readonly Kind<unknown>[]>(...kinds: Kinds): Kind<KindValue<Kinds[number]>> {
  const expected = kinds.map((one) => one.expected).join(', or ');
  return {
    expected,
    accepts: (given) => kinds.some(({ accepts }) => accepts(given)),
    read: (given, place) => {
      const found = kinds.find(({ accepts }) => accepts(given));
      if (found === undefined) throw wrongArgument(place, expected, given);
      // `found` is one of `kinds`; the type of `find` loses the union of their values.
      return found.read(given, place) as KindValue<Kinds[number]>;
    },
  };
}

/**
 * Returns a kind that also accepts null.
 *
 * @example
 * ```ts
 * nullable(positiveInteger).expected; // => 'a positive integer, or null'
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function nullable<T>(of: Kind<T>): Kind<T | null> {
  return {
    expected: `${of.expected}, or null`,
    accepts: (given) => given === null || of.accepts(given),
    read: (given, place) => (given === null ? null : of.read(given, place)),
  };
}

/**
 * Returns a kind that also accepts undefined, for options that may be omitted.
 *
 * @param fallback default that is read in place of undefined; without it, the value stays undefined
 * @example
 * ```ts
 * readOptions('sgd', {}, { momentum: optional(number(), 0.9) }); // => { momentum: 0.9 }
 * ```
 */
export function optional<T>(of: Kind<T>): Kind<T | undefined>;
export function optional<T>(of: Kind<T>, fallback: unknown): Kind<T>;
/* @__NO_SIDE_EFFECTS__ */
export function optional<T>(of: Kind<T>, fallback?: unknown): Kind<T | undefined> {
  return {
    expected: of.expected,
    accepts: (given) => given === undefined || of.accepts(given),
    read: (given, place) => {
      const value = given === undefined ? fallback : given;
      return value === undefined ? undefined : of.read(value, place);
    },
  };
}

/**
 * Returns a kind with an additional check, such as a condition on several parts of a value.
 *
 * @param check function that throws for invalid values
 * @example
 * ```ts
 * const range = checked(listOf(number(), { length: 2 }), ([low, high], location) => {
 *   if (low > high) throw wrongArgument(location, 'an array [low, high] with low <= high', [low, high]);
 * });
 * readArgument('clip', 'range', [2, 1], range); // throws 'argument'
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function checked<T>(of: Kind<T>, check: (value: T, place: Place) => void): Kind<T> {
  return {
    expected: of.expected,
    accepts: of.accepts,
    read: (given, place) => {
      const value = of.read(given, place);
      check(value, place);
      return value;
    },
  };
}
