import { expect, test } from '@jest/globals';
import { goldens } from '../goldens.fixture.ts';
import { randomState } from './numpy-random.ts';

test.each(goldens.permutations)("permutation is NumPy's for the seed $seed", ({ seed, order }) => {
  expect(Array.from(randomState(seed).permutation(order.length))).toEqual(order);
});
