import { expect, test } from '@jest/globals';
import { atLeastOne } from './at-least-one.ts';

test('a list that is not empty is returned itself', () => {
  const list = [1];
  expect(atLeastOne(list)).toBe(list);
});

test('an empty list throws', () => {
  expect(() => atLeastOne([])).toThrow('empty');
});
