import { expect, test } from '@jest/globals';
import { hostArray } from 'manabi';
import { differenceOf } from './differences.ts';

const scores = (...values: number[]) => hostArray('float32', [values.length / 2, 2], Float32Array.from(values));

test('differenceOf returns the largest difference, and the number of samples with another predicted class', () => {
  const found = differenceOf(scores(0.25, 0.75, 0.5, 0.5), scores(0.5, 0.5, 0.5, 0.5));
  expect(found).toEqual({ maxAbsDiff: 0.25, otherClass: 1 });
});

test('differenceOf computes a difference of 0 between two NaN, and of infinity between NaN and a number', () => {
  expect(differenceOf(scores(Number.NaN, 1, 0, 1), scores(0, 1, 0, 0)).maxAbsDiff).toBe(Number.POSITIVE_INFINITY);
  expect(differenceOf(scores(Number.NaN, 1), scores(Number.NaN, 1)).maxAbsDiff).toBe(0);
});

test('differenceOf rejects scores of different shapes', () => {
  expect(() => differenceOf(scores(1, 0), scores(1, 0, 1, 0))).toThrow(expect.objectContaining({ code: 'shape' }));
});
