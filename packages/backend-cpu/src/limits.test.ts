import { expect, test } from '@jest/globals';
import { copyRates, peakGflops } from './limits.ts';

test('peakGflops measures a positive rate', () => {
  expect(peakGflops()).toBeGreaterThan(0.1);
});

test('copyRates rounds a size to a power of 2, and measures each rounded size only once', () => {
  const rate = copyRates();
  const small = rate(1);
  expect(small).toBeGreaterThan(0);
  expect([rate(2 ** 14), rate(100)]).toEqual([small, small]);
  expect(Number.isFinite(rate(2 ** 20))).toBe(true);
});
