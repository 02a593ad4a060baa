import { type ArgumentLocation, type Kind, type KindValue, wrongArgument } from './kind.ts';

/**
 * Returns a validator that accepts the values of several validators. The first validator that accepts a value reads it.
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
    read: (given, location) => {
      const found = kinds.find(({ accepts }) => accepts(given));
      if (found === undefined) throw wrongArgument(location, expected, given);
      // `found` is one of `kinds`; the type of `find` loses the union of their values.
      return found.read(given, location) as KindValue<Kinds[number]>;
    },
  };
}

/**
 * Returns a validator that also accepts null.
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
    read: (given, location) => (given === null ? null : of.read(given, location)),
  };
}

/**
 * Returns a validator that also accepts undefined, for options that may be omitted.
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
    read: (given, location) => {
      const value = given === undefined ? fallback : given;
      return value === undefined ? undefined : of.read(value, location);
    },
  };
}

/**
 * Returns a validator with an additional check, such as a condition on several parts of a value.
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
