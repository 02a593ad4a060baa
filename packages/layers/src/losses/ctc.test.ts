import '@manabi/backend-cpu/register';
import { describe, expect, it } from '@jest/globals';
import { grad, random, sum, type Tensor, tensor } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { ctc } from './index.ts';

const STEPS = 4;
const CLASSES = 3;

/** All ways to give each step a class. */
function paths(steps = STEPS): number[][] {
  if (steps === 0) return [[]];
  return paths(steps - 1).flatMap((path) => Array.from({ length: CLASSES }, (_, k) => [...path, k]));
}

/** What a path reads as: repetitions are one, then blanks are left out. */
const labelsOf = (path: readonly number[]): number[] => path.filter((k, t) => k !== 0 && k !== path[t - 1]);

describe('ctc', () => {
  it('is minus the logarithm of the probability of all paths that read as the labels', async () => {
    const logits = random.normal(random.key(3), [1, STEPS, CLASSES]);
    const values = Array.from(await logits.data());
    const rows = Array.from({ length: STEPS }, (_, t) => {
      const row = values.slice(t * CLASSES, (t + 1) * CLASSES).map(Math.exp);
      const total = row.reduce((a, b) => a + b);
      return row.map((e) => e / total);
    });
    for (const labels of [[], [1], [2, 1], [1, 1], [1, 2, 1], [1, 2, 1, 2]]) {
      const probability = paths()
        .filter((path) => String(labelsOf(path)) === String(labels))
        .reduce((total, path) => total + path.reduce((product, k, t) => product * rows[t][k], 1), 0);
      const padded = tensor([[...labels, 0, 0, 0, 0].slice(0, STEPS)], { dtype: 'int32' });
      assertArraysClose(await ctc().call(padded, logits).data(), [-Math.log(probability)], { rtol: 1e-5, atol: 1e-6 });
    }
  });

  it('is infinite, without a gradient, where there are too few steps; the others of the batch keep theirs', async () => {
    const labels = tensor(
      [
        [1, 1, 1],
        [1, 2, 0],
      ],
      { dtype: 'int32' },
    );
    const logits = random.normal(random.key(4), [2, STEPS, CLASSES]);
    const losses = await ctc().call(labels, logits).array();
    expect(losses).toEqual([Number.POSITIVE_INFINITY, expect.any(Number)]);
    const slopes = Array.from(await grad((x: Tensor) => sum(ctc().call(labels, x)))(logits).data());
    expect(slopes.slice(0, STEPS * CLASSES).every((slope) => slope === 0)).toBe(true);
    expect(slopes.slice(STEPS * CLASSES).every((slope) => Number.isFinite(slope) && slope !== 0)).toBe(true);
  });

  it('is NaN for labels that are no classes, in their row alone', async () => {
    const labels = tensor([[1], [CLASSES], [-1]], { dtype: 'int32' });
    const losses = await ctc()
      .call(labels, random.normal(random.key(5), [3, STEPS, CLASSES]))
      .data();
    expect(Array.from(losses, Number.isNaN)).toEqual([false, true, true]);
  });

  it('takes rows of no labels at all', async () => {
    const logits = tensor([[[0, 0]], [[0, 0]]]);
    const losses = await ctc()
      .call(tensor([[], []], { dtype: 'int32' }), logits)
      .data();
    assertArraysClose(losses, [Math.LN2, Math.LN2], { rtol: 1e-6, atol: 0 });
  });

  it.each([
    { yTrue: [2], yPred: [2, 3, 4] },
    { yTrue: [2, 1], yPred: [2, 4] },
    { yTrue: [3, 1], yPred: [2, 3, 4] },
  ])('refuses labels $yTrue for logits $yPred', ({ yTrue, yPred }) => {
    const key = random.key(0);
    const call = () => ctc().call(random.normal(key, yTrue), random.normal(key, yPred));
    expect(call).toThrow(expect.objectContaining({ code: 'shape', data: { yTrue, yPred } }));
  });
});
