import { expect, test } from '@jest/globals';
import { optionsOfEdited } from './page-options.ts';

const original = 'const { epochs, rows } = options({ epochs: 5, rows: 60_000 });';

test('keeps the options of the page for unchanged defaults', () => {
  expect(optionsOfEdited(original, `${original}\n// more`, { epochs: 2, rows: 800 })).toEqual({ epochs: 2, rows: 800 });
});

test('uses the defaults that the reader has changed', () => {
  const edited = original.replace('epochs: 5', 'epochs: 9');
  expect(optionsOfEdited(original, edited, { epochs: 2, rows: 800 })).toEqual({ rows: 800 });
});
