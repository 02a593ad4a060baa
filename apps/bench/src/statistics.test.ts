import { describe, expect, test } from '@jest/globals';
import { median, pairedRatio, quantile, summarize } from './statistics.ts';

describe('quantile', () => {
  test('returns the smallest of unsorted samples for share 0, and the largest for share 1', () => {
    expect(quantile([3, 1, 2], 0)).toBe(1);
    expect(quantile([3, 1, 2], 1)).toBe(3);
  });

  test('interpolates linearly between two samples', () => {
    expect(quantile([10, 20], 0.25)).toBe(12.5);
  });

  test('returns the only sample for every share', () => {
    expect(quantile([7], 0.9)).toBe(7);
  });

  test('does not reorder the samples that it receives', () => {
    const samples = [3, 1, 2];
    quantile(samples, 0.5);
    expect(samples).toEqual([3, 1, 2]);
  });

  test('rejects an empty list of samples', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});

describe('median', () => {
  test('returns the middle sample if the number of samples is odd', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  test('returns the mean of the two middle samples if the number of samples is even', () => {
    expect(median([1, 2, 4, 100])).toBe(3);
  });
});

test('summarize returns the minimum, median, quartiles and number of samples', () => {
  expect(summarize([5, 1, 4, 2, 3])).toEqual({ least: 1, median: 3, low: 2, high: 4, count: 5 });
});

describe('pairedRatio', () => {
  test('is above 1 if the first contestant takes longer', () => {
    expect(pairedRatio([2, 4], [1, 2])).toBe(2);
  });

  test('is unaffected by a round that was slow for both contestants', () => {
    expect(pairedRatio([3, 300, 3], [1, 100, 1])).toBe(3);
  });

  test('ignores rounds that only one contestant completed', () => {
    expect(pairedRatio([2, 2, 90], [1, 1])).toBe(2);
    expect(pairedRatio([2], [1, 0.1, 0.1])).toBe(2);
  });

  test('is null if no round was completed by both contestants', () => {
    expect(pairedRatio([], [1])).toBeNull();
    expect(pairedRatio([1], [])).toBeNull();
  });
});
