import { expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import { bitsOf, gentleOps, interpretOn, randomKernel, vectorDTypes } from './index.ts';

const options = { dtypes: vectorDTypes, ops: gentleOps, combines: ['add', 'max'] } as const;

test('randomKernel returns equal kernels for equal seeds, and different ones for different seeds', () => {
  expect(randomKernel(randomSource(3), options)).toEqual(randomKernel(randomSource(3), options));
  const kernels = Array.from({ length: 20 }, (_, seed) => JSON.stringify(randomKernel(randomSource(seed), options)));
  expect(new Set(kernels).size).toBe(20);
});

test('kernels of randomKernel access no element out of bounds, and write only to their last slots', () => {
  for (let seed = 0; seed < 40; seed++) {
    const { kernel, arrays } = randomKernel(randomSource(seed), options);
    if (kernel.axes.reduce((iterations, { extent }) => iterations * extent, 1) > 8000) continue;
    // The interpreter checks the bounds of every access.
    const after = interpretOn(kernel, arrays);
    const changed = arrays.map((array, slot) => String(bitsOf(array)) !== String(bitsOf(after[slot])));
    const first = changed.indexOf(true);
    expect({ seed, first: first >= arrays.length - 6 || first < 0 }).toEqual({ seed, first: true });
  }
});
