import { expect, test } from '@jest/globals';
import { hostArray } from 'manabi';
import { differenceOf } from './differences.ts';

const scores = (...values: number[]) => hostArray('float32', [values.length / 2, 2], Float32Array.from(values));

test('the largest difference counts, and samples in another class', () => {
  const found = differenceOf(scores(0.25, 0.75, 0.5, 0.5), scores(0.5, 0.5, 0.5, 0.5));
  expect(found).toEqual({ maxAbsDiff: 0.25, otherClass: 1 });
});

test('NaN beside a number is infinitely far, beside NaN it is the same', () => {
  expect(differenceOf(scores(Number.NaN, 1, 0, 1), scores(0, 1, 0, 0)).maxAbsDiff).toBe(Number.POSITIVE_INFINITY);
  expect(differenceOf(scores(Number.NaN, 1), scores(Number.NaN, 1)).maxAbsDiff).toBe(0);
});

test('scores of other numbers of samples do not compare', () => {
  expect(() => differenceOf(scores(1, 0), scores(1, 0, 1, 0))).toThrow(expect.objectContaining({ code: 'shape' }));
});
