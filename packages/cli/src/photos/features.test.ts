import { expect, test } from '@jest/globals';
import { hostArray } from 'manabi';
import { mirror } from './features.ts';

test('mirror reverses the columns of each image, and keeps rows and channels', () => {
  const images = hostArray('uint8', [2, 1, 3, 2], Uint8Array.of(1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16));
  expect([...mirror(images).data]).toEqual([5, 6, 3, 4, 1, 2, 15, 16, 13, 14, 11, 12]);
});
