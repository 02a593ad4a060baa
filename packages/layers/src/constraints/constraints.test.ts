import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { constraints } from '../index.ts';
import type { Constraint } from './index.ts';
import { getConstraint } from './table.ts';

/** A matrix whose columns have the norms 5 and 0.5. */
const W = tensor([[3, 0.3], [-4, 0.4]]); // biome-ignore format: a matrix

async function expectColumns(constraint: Constraint | null, factors: readonly [number, number]): Promise<void> {
  const [a, b] = factors;
  const actual = await constraint?.constrain(W).data();
  assertArraysClose(actual ?? [], [3 * a, 0.3 * b, -4 * a, 0.4 * b], { rtol: 1e-5 });
}

describe('constraints', () => {
  test('maxNorm limits norms to 2 by default', () => expectColumns(getConstraint('maxNorm'), [2 / 5, 1]));

  test('unitNorm scales all norms to 1', () => expectColumns(getConstraint('unitNorm'), [1 / 5, 2]));

  test('minMaxNorm moves norms into its range, or only part of the way if rate is below 1', async () => {
    await expectColumns(constraints.minMaxNorm({ minValue: 1, maxValue: 3 }), [3 / 5, 2]);
    await expectColumns(constraints.minMaxNorm({ minValue: 1, maxValue: 3, rate: 0.5 }), [4 / 5, 1.5]);
  });

  test('nonNeg sets negative weights to zero', async () => {
    const kept = await getConstraint('non_neg')
      ?.constrain(tensor([-1, 0, 2]))
      .array();
    expect(kept).toEqual([0, 0, 2]);
  });

  test('maxNorm computes norms over the axes in its option axis, and getConstraint restores maxNorm from its config', async () => {
    const rows = constraints.maxNorm({ maxValue: 1, axis: 1 });
    assertArraysClose(await rows.constrain(tensor([[3, 4]])).data(), [0.6, 0.8], { rtol: 1e-5 });
    expect(getConstraint({ className: 'MaxNorm', config: rows.config })).toMatchObject({ config: rows.config });
    expect(() => getConstraint('maxNrom')).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ nearest: expect.arrayContaining(['maxNorm']) }) }),
    );
  });
});
