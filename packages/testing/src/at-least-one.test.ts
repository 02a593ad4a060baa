import { expect, test } from '@jest/globals';
import { atLeastOne } from './at-least-one.ts';

test('atLeastOne returns a non-empty list unchanged', () => {
  const list = [1];
  expect(atLeastOne(list)).toBe(list);
});

test('atLeastOne rejects an empty list', () => {
  expect(() => atLeastOne([])).toThrow('empty');
});
