import { expect, test } from '@jest/globals';
import { breakSeparates } from './japanese.ts';

test('a line break is a space next to English words only', () => {
  expect(breakSeparates('は', '層')).toBe(false);
  expect(breakSeparates('。', 'K')).toBe(false);
  expect(breakSeparates('K', '（')).toBe(false);
  expect(breakSeparates('ー', 'ク')).toBe(false);
  expect(breakSeparates('s', 'K')).toBe(true);
  expect(breakSeparates('は', 'x')).toBe(true);
});
