import { type Kind, wrongArgument } from './kind.ts';

/** How long a list may be. */
export interface Lengths {
  /** Exactly so many. */
  readonly length?: number;
  /** At least so many. */
  readonly min?: number;
}

/**
 * Returns the kind of lists whose items are of a kind.
 *
 * @example `listOf(number(), { length: 2 }).expected // 'a list of 2 items, each a finite number'`
 */
/* @__NO_SIDE_EFFECTS__ */
export function listOf<T>(item: Kind<T>, { length, min }: Lengths = {}): Kind<readonly T[]> {
  const size = length !== undefined ? ` of ${length} items` : min !== undefined ? ` of ${min} or more items` : '';
  const expected = `a list${size}, each ${item.expected}`;
  return {
    expected,
    accepts: Array.isArray,
    read: (given, place) => {
      if (!Array.isArray(given) || given.length !== (length ?? given.length) || given.length < (min ?? 0)) {
        throw wrongArgument(place, expected, given);
      }
      return Array.from(given, (one, i) => item.read(one, { ...place, name: `${place.name}[${i}]` }));
    },
  };
}

/**
 * Returns the kind of lists of so many items, for which a single item may stand.
 *
 * @example `eachOf(positiveInteger, 2).read(3, place) // [3, 3]`
 */
/* @__NO_SIDE_EFFECTS__ */
export function eachOf<T>(item: Kind<T>, length: number): Kind<readonly T[]> {
  const list = listOf(item, { length });
  const expected = `${item.expected}, or a list of ${length}`;
  return {
    expected,
    accepts: (given) => item.accepts(given) || list.accepts(given),
    read: (given, place) => {
      if (Array.isArray(given) && given.length === length) return list.read(given, place);
      if (!item.accepts(given)) throw wrongArgument(place, expected, given);
      const one = item.read(given, place);
      return Array.from({ length }, () => one);
    },
  };
}

/**
 * Returns the kind of single items and of lists of one item or more; both are taken as they are.
 *
 * @example `oneOrMany(integer()).expected // 'an integer, or a list of such values'`
 */
/* @__NO_SIDE_EFFECTS__ */
export function oneOrMany<T>(item: Kind<T>): Kind<T | readonly T[]> {
  const list = listOf(item, { min: 1 });
  const expected = `${item.expected}, or a list of such values`;
  return {
    expected,
    accepts: (given) => item.accepts(given) || Array.isArray(given),
    read: (given, place) => {
      if (Array.isArray(given) && given.length > 0) return list.read(given, place);
      if (!item.accepts(given)) throw wrongArgument(place, expected, given);
      return item.read(given, place);
    },
  };
}
