import '@manabi/backend-cpu/register';
import './register.child.ts';
import { expect, test } from '@jest/globals';
import { setBackend } from '@manabi/core';
import { bitsOf, images, labels, quietly, statefulModel } from './stateful-model.fixture.ts';

const options = { ...quietly, epochs: 4 } as const;

test('two models that train at once in ONNX Runtime, and a third one on the CPU, compute the same bits as alone', async () => {
  const seeds = [
    [1, 'onnxruntime'],
    [2, 'onnxruntime'],
    [3, 'cpu'],
  ] as const;
  const models = seeds.map(async ([seed, backend]) => {
    const model = statefulModel(seed);
    await model.trainOnBatch(images, labels);
    await model.to(backend);
    return model;
  });
  const alone: Readonly<Record<string, string>>[] = [];
  for (const model of models) {
    await (await model).fit(images, labels, options);
    alone.push(await bitsOf(await model));
  }
  const again = seeds.map(async ([seed, backend]) => {
    const model = statefulModel(seed);
    await model.trainOnBatch(images, labels);
    await model.to(backend);
    await model.fit(images, labels, options);
    return bitsOf(model);
  });
  expect(await Promise.all(again)).toEqual(alone);
  expect(alone[0]).not.toEqual(alone[1]);
});

test('an aborted training keeps the weights of its last step, and can go on', async () => {
  await setBackend('onnxruntime');
  const model = statefulModel();
  const controller = new AbortController();
  let steps = 0;
  const training = model.fit(images, labels, {
    ...quietly,
    epochs: 1000,
    signal: controller.signal,
    callbacks: [{ onBatchEnd: () => void (++steps === 7 && controller.abort()) }],
  });
  await expect(training).rejects.toMatchObject({ code: 'aborted' });
  expect(await model.trainer.iterations()).toBe(7);
  const { history } = await model.fit(images, labels, options);
  expect(history.loss.every(Number.isFinite)).toBe(true);
  expect(await model.trainer.iterations()).toBe(27);
});
