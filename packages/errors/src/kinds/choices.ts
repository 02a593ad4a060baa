import { type Kind, type KindValue, type Place, wrongArgument } from './kind.ts';

/** Returns the kind of values that are of one of several kinds; the first that accepts a value reads it. */
/* @__NO_SIDE_EFFECTS__ */
export function anyOf<const Kinds extends readonly Kind<unknown>[]>(...kinds: Kinds): Kind<KindValue<Kinds[number]>> {
  const expected = kinds.map((one) => one.expected).join(', or ');
  return {
    expected,
    accepts: (given) => kinds.some(({ accepts }) => accepts(given)),
    read: (given, place) => {
      const found = kinds.find(({ accepts }) => accepts(given));
      if (found === undefined) throw wrongArgument(place, expected, given);
      // `kinds` holds kinds of these values alone; the union is lost in `find`.
      return found.read(given, place) as KindValue<Kinds[number]>;
    },
  };
}

/** Returns the kind of values that may be null as well. */
/* @__NO_SIDE_EFFECTS__ */
export function nullable<T>(of: Kind<T>): Kind<T | null> {
  return {
    expected: `${of.expected}, or null`,
    accepts: (given) => given === null || of.accepts(given),
    read: (given, place) => (given === null ? null : of.read(given, place)),
  };
}

/**
 * Returns the kind of values that may be left out.
 *
 * @param fallback what is read in place of what was left out; undefined if it is not given
 * @example `optional(number(), 0.9)`
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
 * Returns a kind whose values pass a further check, for rules that hold between the parts of a value.
 *
 * @param check throws for values that do not fit
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
