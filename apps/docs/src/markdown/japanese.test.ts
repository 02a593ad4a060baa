import { expect, test } from '@jest/globals';
import { breakSeparates } from './japanese.ts';

test('a line break is a space between English words, and next to code', () => {
  expect(breakSeparates('は', '層')).toBe(false);
  expect(breakSeparates('。', 'K')).toBe(false);
  expect(breakSeparates('K', '（')).toBe(false);
  expect(breakSeparates('ー', 'ク')).toBe(false);
  expect(breakSeparates('s', 'K')).toBe(true);
  expect(breakSeparates('ら', 'T')).toBe(false);
  expect(breakSeparates('は', '`')).toBe(true);
  expect(breakSeparates('`', '。')).toBe(false);
});
