import '@manabi/backend-cpu/register';
import { expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { isShownAs, show } from './show.ts';

test.each([
  ['a tensor', tensor([[1, 0.5]]), '[[1, 0.5]]'],
  ['a rounded number', 1 / 3, '0.3333'],
  ['NaN and infinities', [Number.NaN, -Infinity], '[NaN, -Infinity]'],
  ['a string', "it's", "'it\\'s'"],
  ['an object', { a: 1, 'b-c': [null, undefined] }, "{ a: 1, 'b-c': [null, undefined] }"],
  ['a typed array', Float32Array.of(0.1, 2), 'Float32Array [0.1, 2]'],
])('show formats %s', async (_, value, text) => {
  expect(await show(value)).toBe(text);
});

test.each([
  ['[1,2]', '[1, 2]', true],
  ['{ loss: …, epochs: 2 }', '{ loss: [0.1, 0.2], epochs: 2 }', true],
  ['[1, 2]', '[1, 3]', false],
  ['1', '11', false],
  ['a.c', 'abc', false],
])('isShownAs compares the text %s in an example with the shown value %s', (expected, shown, isSame) => {
  expect(isShownAs(expected, shown)).toBe(isSame);
});
