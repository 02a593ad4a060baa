import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { regularizers } from '../index.ts';
import type { Regularizer } from './index.ts';
import { getRegularizer } from './table.ts';

const W = tensor([[1, -2], [3, 0]]); // biome-ignore format: a matrix
const cost = (regularizer: Regularizer | null): Promise<number> | undefined => regularizer?.penalty(W).item();

describe('regularizers', () => {
  test('l1 and l2 have a factor of 0.01 by default, and l2 does not halve the sum of squares', async () => {
    expect(await cost(getRegularizer('l1'))).toBeCloseTo(0.06);
    expect(await cost(getRegularizer('l2'))).toBeCloseTo(0.14);
    expect(await cost(regularizers.l2({ l2: 2 }))).toBe(28);
  });

  test('the function l1L2 defaults to factors of 0, and the name "l1L2" means factors of 0.01', async () => {
    expect(await cost(regularizers.l1L2())).toBe(0);
    expect(await cost(getRegularizer('l1_l2'))).toBeCloseTo(0.2);
    expect(await cost(regularizers.l1L2({ l1: 1, l2: 1 }))).toBe(20);
  });

  test('orthogonalRegularizer penalizes the mean cosine between rows or columns', async () => {
    const cosine = 1 / Math.sqrt(5);
    expect(await cost(regularizers.orthogonalRegularizer({ factor: 1 }))).toBeCloseTo(cosine);
    expect(await cost(regularizers.orthogonalRegularizer({ factor: 1, mode: 'columns' }))).toBeCloseTo(
      1 / Math.sqrt(10),
    );
    expect(() => regularizers.orthogonalRegularizer().penalty(tensor([1]))).toThrow(
      expect.objectContaining({ code: 'shape' }),
    );
  });

  test('getRegularizer restores regularizers from their config, and returns null for null', () => {
    for (const { className, config } of [regularizers.l1L2({ l1: 1 }), regularizers.orthogonalRegularizer()]) {
      expect(getRegularizer({ className, config })).toMatchObject({ className, config });
    }
    expect(getRegularizer(null)).toBeNull();
    expect(() => getRegularizer('l3')).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});
