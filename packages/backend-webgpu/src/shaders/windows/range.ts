/** Integers from `low` to `high`, both inclusive. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Returns the range that contains a single integer. */
export const only = (value: number): Range => ({ low: value, high: value });

/** Returns the range of all indices of an axis. */
export const wholeAxis = (extent: number): Range => ({ low: 0, high: Math.max(0, extent - 1) });

/** Returns the smallest range that contains two ranges. */
export const hull = (a: Range, b: Range): Range => ({ low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) });

/** Returns the values of a range that are in another one; the nearest value of the other one if there are none. */
export const clampedTo = (a: Range, { low, high }: Range): Range => ({
  low: Math.min(Math.max(a.low, low), high),
  high: Math.max(Math.min(a.high, high), low),
});

/** Returns the sums of values of two ranges. */
export const sumOf = (a: Range, b: Range): Range => ({ low: a.low + b.low, high: a.high + b.high });

/** Returns the values of a range times a factor. */
export const scaled = ({ low, high }: Range, factor: number): Range =>
  factor < 0 ? { low: high * factor, high: low * factor } : { low: low * factor, high: high * factor };

/**
 * Returns, for a range of flat positions, the range of the index along each axis. The last axis varies fastest. For
 * positions 5 and 6 in [3, 4], these are 1 … 1 and 1 … 2; for positions 4 to 9, they are 1 … 2 and 0 … 3.
 */
export function axisRanges(positions: Range, extents: readonly number[]): readonly Range[] {
  let { low, high } = positions;
  let isFixed = true;
  let stride = extents.reduce((product, extent) => product * extent, 1);
  return extents.map((extent) => {
    if (!isFixed) return wholeAxis(extent);
    stride /= extent;
    const range = { low: Math.floor(low / stride), high: Math.floor(high / stride) };
    // Along all further axes, positions start again at 0 between the first and the last one.
    isFixed = range.low === range.high;
    [low, high] = [low % stride, high % stride];
    return range;
  });
}
