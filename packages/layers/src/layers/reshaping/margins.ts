import { count, type Kind, listOf, wrongArgument } from '@manabi/errors';

/** Number of elements to add or remove at the start and end of one axis. */
export type Margin = readonly [before: number, after: number];

/** Margins of several axes: one number for all sides, one per axis, or `[before, after]` per axis. */
export type Margins = number | readonly number[] | readonly Margin[];

/** Validator for `[before, after]`: the margins at both ends of one axis. */
const pair = listOf(count, { length: 2 });

/** Validator for the margins of one axis: a number of elements for both ends, or `[before, after]`. */
export const marginKind: Kind<Margin> = {
  expected: 'an integer of at least 0, or a pair [before, after]',
  accepts: (given) => count.accepts(given) || pair.accepts(given),
  read: (given, place) => {
    if (Array.isArray(given)) {
      const [before, after] = pair.read(given, place);
      return [before, after];
    }
    if (!count.accepts(given)) throw wrongArgument(place, marginKind.expected, given);
    const both = count.read(given, place);
    return [both, both];
  },
};

/** Returns a validator for the margins of several axes. It converts them to one `[before, after]` per axis. */
export function marginsKind(axes: number): Kind<readonly Margin[]> {
  const list = listOf(marginKind, { length: axes });
  const expected = `an integer of at least 0, or a list of ${axes}, each such an integer or a pair [before, after]`;
  return {
    expected,
    accepts: (given) => count.accepts(given) || list.accepts(given),
    read: (given, place) => {
      if (Array.isArray(given) && given.length === axes) return list.read(given, place);
      if (!count.accepts(given)) throw wrongArgument(place, expected, given);
      const both = count.read(given, place);
      return Array.from({ length: axes }, (): Margin => [both, both]);
    },
  };
}
