import { describe, expect, test } from '@jest/globals';
import { axisRanges, type Range } from './range.ts';

/** Returns the smallest range of each axis that contains its indices at all positions. */
function exactRanges({ low, high }: Range, extents: readonly number[]): readonly Range[] {
  return extents.map((extent, axis) => {
    const stride = extents.slice(axis + 1).reduce((product, each) => product * each, 1);
    const indices = Array.from({ length: high + 1 - low }, (_, i) => Math.floor((low + i) / stride) % extent);
    return { low: Math.min(...indices), high: Math.max(...indices) };
  });
}

describe('axisRanges', () => {
  test.each([[[3, 4]], [[2, 1, 5]], [[7]], [[2, 3, 2]], [[]]])('contains all indices of ranges in %j', (extents) => {
    const size = extents.reduce((product, extent) => product * extent, 1);
    for (let low = 0; low < size; low++) {
      for (let high = low; high < size; high++) {
        const found = axisRanges({ low, high }, extents);
        for (const [axis, exact] of exactRanges({ low, high }, extents).entries()) {
          expect(found[axis].low).toBeLessThanOrEqual(exact.low);
          expect(found[axis].high).toBeGreaterThanOrEqual(exact.high);
          expect(found[axis].high).toBeLessThan(extents[axis]);
        }
        // Along the first axis, the range is exact.
        if (extents.length > 0) expect(found[0]).toEqual(exactRanges({ low, high }, extents)[0]);
      }
    }
  });
});
