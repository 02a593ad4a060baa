import { describe, expect, test } from '@jest/globals';
import { median, pairedRatio, quantile, summarize } from './statistics.ts';

describe('quantile', () => {
  test('the ends are the smallest and the largest sample, in whatever order they come', () => {
    expect(quantile([3, 1, 2], 0)).toBe(1);
    expect(quantile([3, 1, 2], 1)).toBe(3);
  });

  test('between two samples it goes linearly', () => {
    expect(quantile([10, 20], 0.25)).toBe(12.5);
  });

  test('one sample is every quantile', () => {
    expect(quantile([7], 0.9)).toBe(7);
  });

  test('leaves the samples in their order', () => {
    const samples = [3, 1, 2];
    quantile(samples, 0.5);
    expect(samples).toEqual([3, 1, 2]);
  });

  test('has nothing to say about no samples', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});

describe('median', () => {
  test('is the middle one of an odd number of samples', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  test('is halfway between the middle two of an even number', () => {
    expect(median([1, 2, 4, 100])).toBe(3);
  });
});

test('summarize gives median, quartiles and count', () => {
  expect(summarize([5, 1, 4, 2, 3])).toEqual({ median: 3, low: 2, high: 4, count: 5 });
});

describe('pairedRatio', () => {
  test('is above 1 for the one that takes longer', () => {
    expect(pairedRatio([2, 4], [1, 2])).toBe(2);
  });

  test('a round that was slow for both does not count twice', () => {
    expect(pairedRatio([3, 300, 3], [1, 100, 1])).toBe(3);
  });

  test('rounds that only one of them has are left out', () => {
    expect(pairedRatio([2, 2, 90], [1, 1])).toBe(2);
    expect(pairedRatio([2], [1, 0.1, 0.1])).toBe(2);
  });

  test('is null without a round in common', () => {
    expect(pairedRatio([], [1])).toBeNull();
    expect(pairedRatio([1], [])).toBeNull();
  });
});
