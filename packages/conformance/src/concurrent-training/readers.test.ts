import '@manabi/backend-cpu/register';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostArray, registerBackend, setBackend, zeros } from '@manabi/core';
import { layerActivations, layers, type Model, sequential, setRandomSeed } from '@manabi/layers';
import { exportOnnx } from '@manabi/onnx';
import { memoryStore, saveCheckpoint, saveModelBytes } from '@manabi/serialization';
import { randomSource } from '@manabi/testing';
import { deferredBackend } from './deferred-backend.fixture.ts';

const random = randomSource(11);
const x = hostArray('float32', [48, 5, 3], random.float32Array(720));
const y = hostArray('int32', [48], random.int32Array(48, 0, 4));

beforeAll(() => registerBackend('deferred', deferredBackend));
afterAll(() => setBackend('cpu'));

/** Returns a model with batch normalization, dropout and a recurrent layer, compiled with Adam. */
function build(): Model {
  setRandomSeed(3);
  const model = sequential([
    layers.lstm({ units: 4, returnSequences: true, inputShape: [5, 3], dropout: 0.1 }),
    layers.batchNormalization(),
    layers.flatten(),
    layers.dropout({ rate: 0.3 }),
    layers.dense({ units: 4, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

const fit = (model: Model) => model.fit(x, y, { epochs: 30, batchSize: 10, validationSplit: 0.25, verbose: 0 });

const readers: readonly ((model: Model, iteration: number) => unknown)[] = [
  (model, iteration) =>
    model.predict(hostArray('float32', [iteration + 1, 5, 3], new Float32Array((iteration + 1) * 15))),
  (model) => model.evaluate(x, y, { verbose: 0, batchSize: 16 }),
  (model) => model.getWeights(),
  (model) => model.values(),
  (model) => model.trainer.state(),
  (model) => model.trainer.learningRate(),
  (model) => model.apply(zeros([2, 5, 3])).data(),
  (model) => layerActivations(model, zeros([2, 5, 3])),
  (model) => saveModelBytes(model),
  (model) => saveCheckpoint(model, memoryStore('run.checkpoint')),
  (model) => exportOnnx(model),
  (model) => model.summary({ print: () => {} }),
];

describe.each(['cpu', 'deferred'])('a training on %s', (backend) => {
  beforeAll(() => setBackend(backend));

  test('ends with the same bits whether or not its model is read concurrently', async () => {
    const alone = build();
    const { history } = await fit(alone);

    const model = build();
    const training = fit(model);
    let isOver = false;
    training.then(() => {
      isOver = true;
    });
    let iteration = 0;
    const readOn = async (): Promise<void> => {
      while (!isOver) {
        await readers[iteration % readers.length](model, iteration++ % 7);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await Promise.all([readOn(), readOn(), readOn()]);
    expect((await training).history).toEqual(history);
    expect(await model.getWeights()).toEqual(await alone.getWeights());
    expect(iteration).toBeGreaterThan(readers.length);
  });
});
