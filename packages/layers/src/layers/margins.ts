import { ManabiError } from '@manabi/core';

/** How much comes before and after, on one axis. */
export type Margin = readonly [before: number, after: number];

/** What padding and cropping of several axes take: one number for all sides, one for each axis, or a pair for each. */
export type Margins = number | readonly number[] | readonly Margin[];

/**
 * Margins as a pair for each axis.
 *
 * @throws ManabiError `argument` for anything but whole numbers from 0 up, as many as there are axes
 */
export function marginsOf(className: string, option: string, value: Margins, axes: number): readonly Margin[] {
  const list = typeof value === 'number' ? Array.from({ length: axes }, () => value) : value;
  const pairs = Array.isArray(list) ? list.map(pairOf) : [];
  if (pairs.length === axes && pairs.flat().every((n) => Number.isInteger(n) && n >= 0)) return pairs;
  throw new ManabiError(
    'argument',
    `The option ${option} of ${className} is a whole number from 0 up, ${axes} of them, or ${axes} pairs ` +
      `[before, after], not ${JSON.stringify(value)}.`,
    { op: className, data: { option, value, axes } },
  );
}

function pairOf(side: number | Margin): Margin {
  if (typeof side === 'number') return [side, side];
  return Array.isArray(side) && side.length === 2 ? side : [Number.NaN, Number.NaN];
}
