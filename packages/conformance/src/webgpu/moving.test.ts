import '@manabi/backend-cpu/register';
import '@manabi/backend-webgpu/register';
import { beforeEach, expect, test } from '@jest/globals';
import { hostArray, setBackend, tree } from '@manabi/core';
import { type Model, sequential, setRandomSeed } from '@manabi/layers';
import { batchNormalization, dense, dropout } from '@manabi/layers/layers';
import { randomSource } from '@manabi/testing';
import { describeWithWebGpu } from './webgpu.fixture.ts';

const random = randomSource(4);
const x = hostArray('float32', [16, 6], random.float32Array(16 * 6));
const y = hostArray('int32', [16], random.int32Array(16, 0, 3));

function createModel(): Model {
  setRandomSeed(5);
  const model = sequential([
    dense({ units: 8, activation: 'relu', inputShape: [6] }),
    batchNormalization(),
    dropout({ rate: 0.3 }),
    dense({ units: 3, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  return model;
}

async function train(model: Model, batches: number): Promise<number[]> {
  const losses: number[] = [];
  for (let i = 0; i < batches; i++) losses.push((await model.trainOnBatch(x, y)).loss);
  return losses;
}

/** Returns all numbers on which the next step depends, and the backends that store them. */
async function stateOf(model: Model) {
  const { optimizer } = model.trainer.state();
  const tensors = [...tree.leaves(model.values()), ...tree.leaves(optimizer)];
  return {
    numbers: await Promise.all(tensors.map((tensor) => tensor.data())),
    backends: new Set(tensors.map(({ backend }) => backend)),
  };
}

describeWithWebGpu('Model.to', () => {
  beforeEach(() => setBackend('cpu'));

  test('moves weights and training state to WebGPU and back without changing a bit', async () => {
    const model = createModel();
    await train(model, 3);
    const before = await stateOf(model);
    expect(before.backends).toEqual(new Set(['cpu']));
    await model.to('webgpu');
    const moved = await stateOf(model);
    expect(moved).toEqual({ numbers: before.numbers, backends: new Set(['webgpu']) });
    await train(model, 3);
    const trained = await stateOf(model);
    expect(trained.backends).toEqual(new Set(['webgpu']));
    await model.to('cpu');
    expect(await stateOf(model)).toEqual({ numbers: trained.numbers, backends: new Set(['cpu']) });
  });

  test('continues a training on another backend as if it had not moved', async () => {
    const stayed = await train(createModel(), 9);
    const model = createModel();
    const moved = [
      ...(await train(model, 3)),
      ...(await train(await model.to('webgpu'), 3)),
      ...(await train(await model.to('cpu'), 3)),
    ];
    expect(moved.slice(0, 3)).toEqual(stayed.slice(0, 3));
    for (const [i, loss] of stayed.entries()) expect(moved[i]).toBeCloseTo(loss, 5);
  });

  test('continues a training with the same bits after a stay on another backend without training', async () => {
    const stayed = await train(createModel(), 6);
    const model = createModel();
    const first = await train(model, 3);
    await model.to('webgpu');
    await model.to('cpu');
    expect([...first, ...(await train(model, 3))]).toEqual(stayed);
  });

  test('does not repeat random numbers that were drawn meanwhile', async () => {
    const model = createModel();
    await train(model, 1);
    const moving = model.to('webgpu');
    const drawn = createModel().layers.length;
    const position = model.trainer.state().stream;
    await moving;
    expect(drawn).toBe(4);
    expect(model.trainer.state().stream).toEqual(position);
  });

  test('rejects weights that a step changes meanwhile, and loses no step', async () => {
    const model = createModel();
    await train(model, 1);
    const moving = model.to('webgpu');
    const losses = train(model, 1);
    await expect(moving).rejects.toMatchObject({ code: 'argument', op: 'to' });
    await losses;
    expect((await stateOf(model)).backends).toEqual(new Set(['cpu']));
    expect(await model.trainer.iterations()).toBe(2);
  });

  test('leaves the model on its backend if the other one does not exist', async () => {
    const model = createModel();
    await train(model, 1);
    await expect(model.to('tpu')).rejects.toMatchObject({ code: 'backend' });
    expect((await stateOf(model)).backends).toEqual(new Set(['cpu']));
  });
});
