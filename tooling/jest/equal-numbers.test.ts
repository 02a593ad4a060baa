import { describe, expect, test } from '@jest/globals';

const many = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => i / 3);

describe('arrays of numbers in expect().toEqual()', () => {
  test('are equal if their kind and elements are the same', () => {
    expect({ data: many(100) }).toEqual({ data: many(100) });
    expect([Number.NaN, -0, 1]).toStrictEqual([Number.NaN, -0, 1]);
    expect(BigInt64Array.of(1n, 2n)).toEqual(BigInt64Array.of(1n, 2n));
  });

  test.each<[string, unknown, unknown]>([
    ['another element', many(100), many(100).fill(7, 99)],
    ['another sign of zero', [0, 1], [-0, 1]],
    ['fewer elements', many(100), many(99)],
    ['another dtype', Float32Array.of(1, 2), Float64Array.of(1, 2)],
    ['another kind of array', Float32Array.of(1, 2), [1, 2]],
    ['a string after the first number', [1, 2], [1, '2']],
    ['an element instead of a hole', [1, undefined], [1, 2]],
  ])('are unequal if one has %s', (_, first, second) => {
    expect(first).not.toEqual(second);
    expect(second).not.toStrictEqual(first);
  });

  test('can be compared with asymmetric matchers, such as expect.any(Number)', () => {
    expect([1, 2.0000001]).toEqual([1, expect.closeTo(2)]);
    expect([1, 2.1]).not.toEqual([1, expect.closeTo(2)]);
  });
});
