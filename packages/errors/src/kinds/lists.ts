import { type Kind, wrongArgument } from './kind.ts';

/** Condition on the length of an array: an exact length or a minimum. */
export interface Lengths {
  /** Exact number of items. */
  readonly length?: number;
  /** Minimum number of items. */
  readonly min?: number;
}

/**
 * Returns a validator that accepts an array if the given validator accepts every item.
 *
 * @example
 * ```ts
 * import { listOf, number } from '@manabi/errors';
 *
 * console.log(listOf(number(), { length: 2 }).expected); // an array of 2 items, each a finite number
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function listOf<T>(item: Kind<T>, { length, min }: Lengths = {}): Kind<readonly T[]> {
  const size = length !== undefined ? items(length) : min !== undefined ? `at least ${items(min)}` : null;
  const expected =
    size === null ? `an array in which every item is ${item.expected}` : `an array of ${size}, each ${item.expected}`;
  return {
    expected,
    accepts: Array.isArray,
    read: (given, location) => {
      if (!Array.isArray(given) || given.length !== (length ?? given.length) || given.length < (min ?? 0)) {
        throw wrongArgument(location, expected, given);
      }
      return Array.from(given, (one, i) => item.read(one, { ...location, name: `${location.name}[${i}]` }));
    },
  };
}

function items(length: number): string {
  return length === 1 ? '1 item' : `${length} items`;
}

/**
 * Returns a validator that accepts an array of the given length or a single item. A single item is converted to an
 * array that repeats it: 3 to `[3, 3]`.
 *
 * @example
 * ```ts
 * import { eachOf, positiveInteger, readArgument } from '@manabi/errors';
 *
 * console.log(readArgument('conv', 'kernelSize', 3, eachOf(positiveInteger, 2))); // [3, 3]
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function eachOf<T>(item: Kind<T>, length: number): Kind<readonly T[]> {
  const list = listOf(item, { length });
  const expected = `${item.expected}, or an array of ${length} such value${length === 1 ? '' : 's'}`;
  return {
    expected,
    accepts: (given) => item.accepts(given) || list.accepts(given),
    read: (given, location) => {
      if (Array.isArray(given) && given.length === length) return list.read(given, location);
      if (!item.accepts(given)) throw wrongArgument(location, expected, given);
      const one = item.read(given, location);
      return Array.from({ length }, () => one);
    },
  };
}

/**
 * Returns a validator that accepts a single item or a non-empty array of items, and returns either unchanged.
 *
 * @example
 * ```ts
 * import { integer, oneOrMany } from '@manabi/errors';
 *
 * console.log(oneOrMany(integer()).expected); // an integer, or a non-empty array of such values
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function oneOrMany<T>(item: Kind<T>): Kind<T | readonly T[]> {
  const list = listOf(item, { min: 1 });
  const expected = `${item.expected}, or a non-empty array of such values`;
  return {
    expected,
    accepts: (given) => item.accepts(given) || Array.isArray(given),
    read: (given, location) => {
      if (Array.isArray(given) && given.length > 0) return list.read(given, location);
      if (!item.accepts(given)) throw wrongArgument(location, expected, given);
      return item.read(given, location);
    },
  };
}
