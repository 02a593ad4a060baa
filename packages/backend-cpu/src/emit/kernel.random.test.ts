import { describe, expect, test } from '@jest/globals';
import type { Kernel } from '@manabi/compiler';
import { isFloat } from '@manabi/ir';
import { allOps, bitsOf, gentleOps, interpretOn, randomKernel, vectorDTypes } from '@manabi/kernel-testing';
import { assertArraysClose, randomSource } from '@manabi/testing';
import { runKernel } from './run-kernel.fixture.ts';

/** Number of kernels per test. Override with `MANABI_FUZZ`. */
const COUNT = Number(process.env.MANABI_FUZZ ?? 120);

describe('random kernels', () => {
  test('without reductions return the same bits with and without vectors', () => {
    for (let seed = 0; seed < COUNT; seed++) {
      const { kernel, arrays } = randomKernel(randomSource(seed), { dtypes: vectorDTypes, ops: allOps, combines: [] });
      const vectors = runKernel(kernel, arrays);
      const single = runKernel(kernel, arrays, { scalar: true });
      for (const [slot, array] of vectors.slots.entries()) {
        expect({ seed, slot, bits: bitsOf(array) }).toEqual({ seed, slot, bits: bitsOf(single.slots[slot]) });
      }
    }
  });

  test('return the same values as the kernel interpreter', () => {
    for (let seed = 1000; seed < 1000 + COUNT; seed++) {
      const { kernel, arrays } = randomKernel(randomSource(seed), {
        dtypes: seed % 4 === 0 ? ['float64', ...vectorDTypes] : vectorDTypes,
        ops: gentleOps,
        combines: ['add', 'max', 'min'],
      });
      if (iterationsOf(kernel) > 8000) continue;
      const expected = interpretOn(kernel, arrays);
      const { slots } = runKernel(kernel, arrays, {
        order: seed % 2 === 0 ? (tasks) => randomSource(seed).permutation(tasks) : undefined,
      });
      for (const [slot, array] of slots.entries()) {
        const tolerance = isFloat(array.dtype) ? { rtol: 1e-3, atol: 1e-3 } : { rtol: 0, atol: 0 };
        assertArraysClose(array.data, expected[slot].data, tolerance, `seed ${seed}, slot ${slot}`);
      }
    }
  });
});

function iterationsOf({ axes }: Kernel): number {
  return axes.reduce((count, { extent }) => count * extent, 1);
}
