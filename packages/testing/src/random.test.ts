import { describe, expect, test } from '@jest/globals';
import { randomSource } from './random.ts';

describe('randomSource', () => {
  test('produces equal numbers for equal seeds, and different numbers for different seeds', () => {
    expect(randomSource(3).float32Array(8)).toEqual(randomSource(3).float32Array(8));
    expect(randomSource(3).float32Array(8)).not.toEqual(randomSource(4).float32Array(8));
  });

  test('produces uncorrelated numbers for consecutive seeds', () => {
    const firsts = Array.from({ length: 1000 }, (_, seed) => randomSource(seed).next());
    const mean = firsts.reduce((sum, value) => sum + value, 0) / firsts.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
  });

  test('produces numbers and integers within the given ranges', () => {
    const random = randomSource(5);
    for (const value of random.float64Array(1000, 2, 3)) {
      expect(value).toBeGreaterThanOrEqual(2);
      expect(value).toBeLessThan(3);
    }
    expect(new Set(random.int32Array(200, -1, 2))).toEqual(new Set([-1, 0, 1]));
    expect(new Set(random.booleans(50))).toEqual(new Set([0, 1]));
  });

  test('normal() produces numbers with mean 0 and variance 1', () => {
    const random = randomSource(6);
    const values = Array.from({ length: 20_000 }, () => random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });

  test('permutation() returns every index exactly once', () => {
    const order = randomSource(7).permutation(50);
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });
});
