import { describe, expect, test } from '@jest/globals';
import { goldens } from '../goldens.fixture.ts';
import { NumpyRandom } from './numpy-random.ts';

describe('NumpyRandom', () => {
  // Computed with NumPy 2.4: three times random_sample(), then uniform(-2, 5), randint(0, 10), choice([4, 5, 6]), choice([9])
  // and permutation(8); and the 1001st random_sample() of a new generator.
  test.each([
    [
      0,
      [0.5488135039273248, 0.7151893663724195, 0.6027633760716439],
      1.8141822809782782,
      9,
      5,
      '31765042',
      0.5928802707811576,
    ],
    [
      12345,
      [0.9296160928171479, 0.3163755545817859, 0.18391881167709445],
      -0.5680780501287219,
      5,
      6,
      '04723615',
      0.7976445358842773,
    ],
    [
      4294967295,
      [0.0976320289940138, 0.9123828453026218, 0.78903530185164],
      3.460025186794274,
      9,
      4,
      '01546237',
      0.9783407784257938,
    ],
  ])('draws the numbers of NumPy for seed %i', (seed, first, uniform, integer, chosen, permutation, late) => {
    const random = new NumpyRandom(seed);
    expect([random.random(), random.random(), random.random()]).toEqual(first);
    expect(random.uniform(-2, 5)).toBe(uniform);
    expect(random.below(10)).toBe(integer);
    expect(random.choice([4, 5, 6])).toBe(chosen);
    expect(random.choice([9])).toBe(9);
    expect(random.shuffled([0, 1, 2, 3, 4, 5, 6, 7]).join('')).toBe(permutation);
    random.seed(seed);
    for (let i = 0; i < 1000; i++) random.random();
    expect(random.random()).toBe(late);
  });
  test.each(goldens.permutations)('shuffles integers as NumPy for seed $seed', ({ seed, order }) => {
    const integers = Array.from(order, (_, i) => i);
    expect(new NumpyRandom(seed).shuffled(integers)).toEqual(order);
  });
});
