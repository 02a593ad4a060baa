import '@manabi/backend-cpu/register';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { mul, setBackend, tensor } from '@manabi/core';
import { faults, registerFailing } from './failing-runtime.fixture.ts';
import { bitsOf, images, labels, quietly, statefulModel } from './stateful-model.fixture.ts';

beforeAll(async () => {
  registerFailing();
  await setBackend('failing');
});

describe('when ONNX Runtime fails', () => {
  test('within a run, the training keeps its state, and can go on', async () => {
    const model = statefulModel();
    await model.fit(images, labels, { ...quietly, epochs: 1 });
    const before = await bitsOf(model);
    faults.next = 'run';
    await expect(model.trainOnBatch(images, labels)).rejects.toMatchObject({
      code: 'backend',
      message: expect.stringContaining('ran out of memory'),
    });
    expect(await bitsOf(model)).toMatchObject({ ...before, random: expect.anything() });
    expect(await mul(tensor([2, 3]), 2).array()).toEqual([4, 6]);

    faults.next = 'run';
    await expect(model.fit(images, labels, { ...quietly, epochs: 1 })).rejects.toMatchObject({ code: 'backend' });
    const { random: _, ...kept } = before;
    expect(await bitsOf(model)).toMatchObject(kept);
    const { history } = await model.fit(images, labels, { ...quietly, epochs: 3 });
    expect(history.loss.at(-1)).toBeLessThan(history.loss[0]);
  });

  test('to open a session, the graph runs on the other backend', async () => {
    faults.next = 'create';
    expect(await mul(tensor([5, 6, 7]), 3).array()).toEqual([15, 18, 21]);
    expect(faults.next).toBe(null);
  });
});
