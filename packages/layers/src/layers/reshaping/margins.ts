import { count, type Kind, listOf, wrongArgument } from '@manabi/errors';

/** How much comes before and after, on one axis. */
export type Margin = readonly [before: number, after: number];

/** What padding and cropping of several axes take: one number for all sides, one for each axis, or a pair for each. */
export type Margins = number | readonly number[] | readonly Margin[];

/** A pair of margins. */
const pair = listOf(count, { length: 2 });

/** The kind of margins of one axis: a number of elements for both ends, or `[before, after]`. */
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

/** The kind of margins of some axes, read as a pair for each. */
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
