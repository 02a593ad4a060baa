import { beforeAll, describe, expect, test } from '@jest/globals';
import { jit, mul, realize, registerBackend, setBackend, sum, type Tensor, take, tensor } from '@manabi/core';
import { createPlanBackend } from './plan-backend.ts';
import { strictTarget } from './strict-target.ts';

const outOfRange = expect.objectContaining({ code: 'index', data: expect.objectContaining({ index: 7, extent: 3 }) });

describe('an index out of range that the backend reports only when results are read', () => {
  const table = () => tensor([10, 20, 30]);
  const bad = () => tensor([0, 7], { dtype: 'int32' });
  const pick = jit((from: Tensor, indices: Tensor) => take(from, indices));

  beforeAll(async () => {
    registerBackend('strict', () => createPlanBackend(strictTarget));
    await setBackend('strict');
  });

  test('causes an error in every read of a result of the run', async () => {
    const picked = await pick(table(), bad());
    await expect(picked.data()).rejects.toEqual(outOfRange);
    await expect(picked.data()).rejects.toEqual(outOfRange);
  });

  test('causes an error in reads of values that are computed from the results', async () => {
    const total = jit((x: Tensor) => sum(mul(x, x)));
    const result = await total(await pick(table(), bad()));
    await expect(result.item()).rejects.toEqual(outOfRange);
  });

  test('does not affect the results of other runs', async () => {
    const from = table();
    const picked = await pick(from, bad());
    const good = await pick(from, tensor([2, 1], { dtype: 'int32' }));
    expect(await good.array()).toEqual([30, 20]);
    await expect(picked.data()).rejects.toEqual(outOfRange);
    expect(await from.array()).toEqual([10, 20, 30]);
  });

  test('causes no error in realize() and dispose()', async () => {
    const lazy = take(table(), bad());
    await realize(lazy);
    lazy.dispose();
  });
});
