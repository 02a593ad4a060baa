import { type Kind, wrongArgument } from '@manabi/errors';

/** A number, or nested lists of numbers. */
export type Numbers = number | readonly Numbers[];

/** Maximum depth of nested lists: the maximum rank of a tensor. */
const DEEPEST = 32;

/**
 * Returns a validator of numbers and nested arrays of numbers.
 *
 * @param number validator of each number
 */
/* @__NO_SIDE_EFFECTS__ */
export function numbersOf(number: Kind<number>): Kind<Numbers> {
  const expected = `${number.expected}, or nested lists of such numbers`;
  const isNumbers = (given: unknown, within: readonly unknown[]): given is Numbers =>
    Array.isArray(given)
      ? within.length < DEEPEST && !within.includes(given) && given.every((item) => isNumbers(item, [...within, given]))
      : number.accepts(given);
  return {
    expected,
    accepts: (given) => Array.isArray(given) || number.accepts(given),
    read: (given, place) => {
      if (isNumbers(given, [])) return given;
      throw wrongArgument(place, expected, given);
    },
  };
}
