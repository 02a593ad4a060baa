import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { grad, random, sum, type Tensor, tensor } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { ctc } from './index.ts';

const STEPS = 4;
const CLASSES = 3;

/** Returns all paths: every way to assign one class to each step. */
function paths(steps = STEPS): number[][] {
  if (steps === 0) return [[]];
  return paths(steps - 1).flatMap((path) => Array.from({ length: CLASSES }, (_, k) => [...path, k]));
}

/** Returns the labels that a path spells: repetitions collapse, then blanks are dropped. */
const labelsOf = (path: readonly number[]): number[] => path.filter((k, t) => k !== 0 && k !== path[t - 1]);

describe('ctc', () => {
  test('equals the negative log of the total probability of all paths that spell the labels', async () => {
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

  test('is infinite with a zero gradient for samples with too few steps, and correct for other samples of the batch', async () => {
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

  test('is NaN for samples with labels that are not classes, and correct for other samples of the batch', async () => {
    const labels = tensor([[1], [CLASSES], [-1]], { dtype: 'int32' });
    const losses = await ctc()
      .call(labels, random.normal(random.key(5), [3, STEPS, CLASSES]))
      .data();
    expect(Array.from(losses, Number.isNaN)).toEqual([false, true, true]);
  });

  test('accepts samples without labels', async () => {
    const logits = tensor([[[0, 0]], [[0, 0]]]);
    const losses = await ctc()
      .call(tensor([[], []], { dtype: 'int32' }), logits)
      .data();
    assertArraysClose(losses, [Math.LN2, Math.LN2], { rtol: 1e-6, atol: 0 });
  });

  test.each([
    { yTrue: [2], yPred: [2, 3, 4] },
    { yTrue: [2, 1], yPred: [2, 4] },
    { yTrue: [3, 1], yPred: [2, 3, 4] },
  ])('rejects labels of shape $yTrue for logits of shape $yPred', ({ yTrue, yPred }) => {
    const key = random.key(0);
    const call = () => ctc().call(random.normal(key, yTrue), random.normal(key, yPred));
    expect(call).toThrow(expect.objectContaining({ code: 'shape', data: { yTrue, yPred } }));
  });
});
