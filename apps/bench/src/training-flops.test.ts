import { expect, test } from '@jest/globals';
import { casesOf } from './tasks.ts';
import { denseFlops } from './training-flops.ts';

test('denseFlops counts one forward and two backward products per layer, but only one backward product for the first layer', () => {
  expect(denseFlops([3, 5], 2)).toBe(2 * (2 * 2 * 3 * 5));
  expect(denseFlops([3, 5, 4], 2)).toBe(2 * (2 * 2 * 3 * 5) + 3 * (2 * 2 * 5 * 4));
});

test('the FLOPs of cnn-step are those of its convolutions and dense layers', () => {
  const [cnn] = casesOf(['cnn-step']);
  const second = 3 * 2 * 128 * 11 * 11 * 9 * 32 * 64;
  const first = 2 * 2 * 128 * 26 * 26 * 9 * 32;
  const denses = 3 * 2 * 128 * (1600 * 128 + 128 * 10);
  expect(cnn.flops).toBe(first + second + denses);
});

test('the FLOPs of gpt-step are those of its dense layers, and of the scores that causal attention needs', () => {
  const [gpt] = casesOf(['gpt-step']);
  const dense = 4 * (3 * 128 * 128 + 128 * 128 + 2 * 128 * 512) + 128 * 256;
  const scores = (4 * 2 * 128 * (128 * 129)) / 2;
  expect(gpt.flops).toBe(3 * 2 * 16 * (128 * dense + scores));
});
