import { describe, expect, test } from '@jest/globals';
import { maxUlpDifference, ulpDifference, worstUlpDifference } from './ulp.ts';

describe('ulpDifference', () => {
  test.each([
    ['equal numbers', 1, 1, 0],
    ['neighbours above 1', 1 + 2 ** -23, 1, 1],
    ['neighbours below 1', 1 - 2 ** -24, 1, 1],
    ['zeros of both signs', -0, 0, 0],
    ['the smallest denormals around 0', -(2 ** -149), 2 ** -149, 2],
    ['NaN and NaN', Number.NaN, Number.NaN, 0],
    ['NaN and a number', Number.NaN, 0, Infinity],
    ['the largest number and infinity', 3.4028234663852886e38, Infinity, 1],
    ['equal infinities', -Infinity, -Infinity, 0],
    ['numbers that round to the same float32', 0.1, Math.fround(0.1), 0],
  ])('returns the difference between %s', (_, actual, expected, ulps) => {
    expect(ulpDifference(actual, expected)).toBe(ulps);
  });
});

describe('worstUlpDifference and maxUlpDifference', () => {
  test('return the element with the largest difference, and this difference, respectively', () => {
    const expected = Float32Array.of(1, 2, 3);
    const actual = Float32Array.of(1, 2 + 2 ** -21, 3 - 2 ** -22);
    expect(worstUlpDifference(actual, expected)).toMatchObject({ ulps: 2, index: 1, expected: 2 });
    expect(maxUlpDifference(actual, expected)).toBe(2);
  });

  test('maxUlpDifference returns 0 for empty arrays, and throws for arrays of different lengths', () => {
    expect(maxUlpDifference([], [])).toBe(0);
    expect(() => maxUlpDifference([1], [])).toThrow(RangeError);
  });
});
