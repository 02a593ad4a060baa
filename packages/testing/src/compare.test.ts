import { describe, expect, test } from '@jest/globals';
import { assertArraysClose, compareArrays } from './compare.ts';

describe('compareArrays', () => {
  test('without a tolerance, accepts only equal numbers', () => {
    expect(compareArrays([1, 2], [1, 2]).close).toBe(true);
    expect(compareArrays([1, 2 + 1e-15], [1, 2]).close).toBe(false);
  });

  test('accepts differences of up to atol + rtol * |expected|', () => {
    expect(compareArrays([-11.4], [-10], { rtol: 0.1, atol: 0.5 }).close).toBe(true);
    expect(compareArrays([-11.6], [-10], { rtol: 0.1, atol: 0.5 }).close).toBe(false);
  });

  test('returns the element with the largest error and the number of mismatches', () => {
    const { mismatches, worst } = compareArrays([1, 2.5, 9], [1, 2, 3], { atol: 0.1 });
    expect(mismatches).toBe(2);
    expect(worst).toMatchObject({ index: 2, actual: 9, expected: 3 });
    expect(worst?.ratio).toBeCloseTo(60);
  });

  test('treats NaN as equal to NaN, an infinity to the same infinity, and 0 to -0', () => {
    const special = [Number.NaN, Infinity, -Infinity, 0];
    expect(compareArrays(special, [Number.NaN, Infinity, -Infinity, -0]).close).toBe(true);
  });

  test.each([
    ['NaN and a number', Number.NaN, 1],
    ['a number and NaN', 1, Number.NaN],
    ['a number and an infinity', 1e300, Infinity],
    ['an infinity and a number', Infinity, 1],
    ['infinities of opposite signs', -Infinity, Infinity],
  ])('%s are never close', (_, actual, expected) => {
    expect(compareArrays([actual], [expected], { rtol: 1, atol: 1e308 }).close).toBe(false);
  });

  test('rejects arrays of different lengths', () => {
    expect(compareArrays([1, 2], [1]).close).toBe(false);
    expect(compareArrays([], []).close).toBe(true);
  });

  test('compares bigints exactly', () => {
    expect(compareArrays([2n ** 60n + 1n], [2n ** 60n]).close).toBe(false);
    expect(compareArrays(BigInt64Array.of(5n), BigInt64Array.of(5n)).close).toBe(true);
  });
});

test('assertArraysClose reports the name of the arrays, and the index and values of the element with the largest error', () => {
  expect(() => assertArraysClose([1, 3], [1, 2], { atol: 0.5 }, 'logits')).toThrow(
    /logits.*1 of 2.*at index 1: expected 2, got 3/,
  );
  expect(() => assertArraysClose([1, 2.4], [1, 2], { atol: 0.5 })).not.toThrow();
});
