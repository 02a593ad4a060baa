import '@manabi/backend-cpu/register';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { createOnnxRuntimeBackend } from '@manabi/backend-onnxruntime';
import { full, registerBackend, setBackend } from '@manabi/core';
import type { Model } from '@manabi/layers';
import { images, labels, quietly, statefulModel } from './stateful-model.fixture.ts';

const backend = await createOnnxRuntimeBackend({
  threads: 1,
  fallback: createCpuBackend(),
  leastOperations: 0,
  freezeAfter: 3,
});
registerBackend('onnxruntime', async () => backend);

beforeAll(() => setBackend('onnxruntime'));

const constants = () => backend.placements().reduce((sum, { frozenInputs }) => sum + frozenInputs, 0);

/** Returns the predictions of five batches for each of two models, which must be equal up to rounding. */
async function checkEqual(model: Model, expected: Model): Promise<void> {
  const [made, correct] = await Promise.all([model, expected].map((each) => each.predict(images, { batchSize: 8 })));
  const [a, b] = [await made.data(), await correct.data()];
  expect(Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])))).toBeLessThan(1e-5);
}

/** Returns a model on ONNX Runtime, and one with the same weights on the CPU. */
async function pair(seed: number): Promise<readonly [Model, Model]> {
  const models = [statefulModel(seed), statefulModel(seed)] as const;
  for (const model of models) model.build([null, 8, 8, 1]);
  await models[0].to('onnxruntime');
  await models[1].to('cpu');
  models[0].setWeights(await models[1].getWeights());
  return models;
}

describe('predictions of a model whose weights are constants of a session', () => {
  test('follow a training between them', async () => {
    const [model, onCpu] = await pair(3);
    for (let round = 0; round < 3; round++) {
      await checkEqual(model, onCpu);
      await model.fit(images, labels, { ...quietly, epochs: 1 });
      onCpu.setWeights(await model.getWeights());
    }
    await checkEqual(model, onCpu);
  });

  test('follow an assigned weight, and weights that replace all', async () => {
    const [model, onCpu] = await pair(4);
    await checkEqual(model, onCpu);
    expect(constants()).toBeGreaterThan(0);
    for (const each of [model, onCpu]) each.layers[0].weights[0].assign(full([3, 3, 1, 4], 0.25));
    await checkEqual(model, onCpu);
    const other = statefulModel(5);
    other.build([null, 8, 8, 1]);
    const weights = await other.getWeights();
    for (const each of [model, onCpu]) each.setWeights(weights);
    await checkEqual(model, onCpu);
  });

  test('are those of each model if several predict in turn', async () => {
    const [first, firstOnCpu] = await pair(6);
    const [second, secondOnCpu] = await pair(7);
    for (let round = 0; round < 3; round++) {
      await checkEqual(first, firstOnCpu);
      await checkEqual(second, secondOnCpu);
    }
  });

  test('are those before a training that runs at the same time, or those after a step of it', async () => {
    const [model, onCpu] = await pair(8);
    await checkEqual(model, onCpu);
    const training = model.fit(images, labels, { ...quietly, epochs: 2 });
    for (let i = 0; i < 3; i++) {
      const probabilities = await (await model.predict(images, { batchSize: 8 })).data();
      expect(Math.max(...probabilities)).toBeLessThanOrEqual(1);
    }
    await training;
    onCpu.setWeights(await model.getWeights());
    await checkEqual(model, onCpu);
  });
});
