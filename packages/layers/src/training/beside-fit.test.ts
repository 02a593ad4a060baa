import '@manabi/backend-cpu/register';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { mul, type Tensor } from '@manabi/core';
import { relu } from '../activations/index.ts';
import type { CallContext } from '../call/context.ts';
import { Layer } from '../layer/layer.ts';
import { clearSession } from '../layer/naming.ts';
import { activation } from '../layers/activation/activation.ts';
import { dense } from '../layers/core/dense.ts';
import { inputLayer } from '../layers/core/input-layer.ts';
import { sequential } from '../model/sequential.ts';
import { fails, line, quiet, weightOf } from './line.fixture.ts';

beforeEach(() => clearSession());
afterEach(() => void jest.restoreAllMocks());

const [x, y] = [
  [[1], [1], [1], [1]],
  [3, 3, 3, 3],
];
const rejected = { code: 'argument', data: expect.objectContaining({ training: true }) };

/** Trains a model in the background while a function runs, and stops the training when the function returns. */
async function duringFit<T>(model = line(), act: () => Promise<T> | T): Promise<T> {
  const training = model.fit(x, y, { ...quiet, batchSize: 1, epochs: 1e6 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  try {
    return await act();
  } finally {
    model.stopTraining = true;
    await training;
  }
}

describe('while fit trains a model', () => {
  test('a second fit, compile, add and pop throw an error', async () => {
    const model = sequential([dense({ units: 1, inputShape: [1] })]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await duringFit(model, async () => {
      const { trainer } = model;
      expect(await fails(model.fit(x, y, quiet))).toMatchObject(rejected);
      for (const change of [
        () => model.compile({ optimizer: 'adam', loss: 'mse' }),
        () => model.add(dense({ units: 1 })),
        () => model.pop(),
      ]) {
        expect(await fails(Promise.resolve().then(change))).toMatchObject(rejected);
      }
      expect(model.trainer).toBe(trainer);
      expect(model.layers).toHaveLength(1);
    });
    model.compile({ optimizer: 'adam', loss: 'mse' });
    await model.fit(x, y, quiet);
  });

  test('compile throws an error in a hook of fit', async () => {
    const model = line();
    const seen: unknown[] = [];
    await model.fit(x, y, {
      ...quiet,
      callbacks: [
        { onEpochEnd: async () => void seen.push(await fails(Promise.resolve().then(() => model.compile()))) },
      ],
    });
    expect(seen).toMatchObject([rejected]);
  });

  test('trainer.resume() throws an error, although it is allowed before fit', async () => {
    const model = line();
    const progress = await duringFit(model, () => model.trainer.whenSettled(() => model.trainer.progress()));
    if (progress === null) throw new Error('The model was not trained.');
    await duringFit(model, async () => {
      expect(await fails(Promise.resolve().then(() => model.trainer.resume(progress)))).toMatchObject(rejected);
    });
    model.trainer.resume(progress);
    const { epoch } = await model.fit(x, y, { ...quiet, batchSize: 1, epochs: progress.epoch + 2 });
    expect(epoch.at(-1)).toBe(progress.epoch + 1);
  });

  test('tensors of weights and optimizer state that were read between steps stay valid and unchanged', async () => {
    const model = line();
    await duringFit(model, async () => {
      const kept: [Tensor, number][] = [];
      for (let i = 0; i < 5; i++) {
        const { trainable } = model.values();
        const { optimizer } = model.trainer.state();
        const [weight] = Object.values(trainable);
        kept.push([weight, (await weight.data())[0]]);
        if (optimizer !== null) kept.push([optimizer.step, await optimizer.step.item()]);
        kept.push([mul(weight, 2), 2 * (await weight.data())[0]]);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      for (const [tensor, value] of kept) expect((await tensor.data())[0]).toBe(value);
    });
  });

  test('logs that a hook reads can be awaited after the hook returned', async () => {
    const model = line();
    const losses: Promise<number>[] = [];
    await model.fit(x, y, {
      ...quiet,
      batchSize: 1,
      callbacks: [{ onBatchEnd: (_batch, logs) => void losses.push(logs.loss) }],
    });
    expect(await Promise.all(losses)).toHaveLength(4);
  });

  test('saving in a hook other than onSavePoint throws an error, because the hook would wait for itself', async () => {
    const model = line();
    const seen: unknown[] = [];
    const save = async () => void seen.push(await fails(model.trainer.whenSettled(() => model.trainer.progress())));
    await model.fit(x, y, { ...quiet, callbacks: [{ onBatchEnd: save, onEpochBegin: save }] });
    expect(seen).toMatchObject([{ code: 'argument' }, { code: 'argument' }]);
  });

  test('a save that waits for the end of a step completes if the step fails', async () => {
    const model = line();
    let saving: Promise<unknown> = Promise.resolve();
    const training = model.fit(x, y, {
      ...quiet,
      callbacks: [
        {
          onBatchBegin: () => {
            queueMicrotask(() => {
              saving = model.trainer.whenSettled(() => model.trainer.progress());
            });
          },
          onBatchEnd: () => {
            throw new Error('stopped');
          },
        },
      ],
    });
    await expect(training).rejects.toThrow('stopped');
    expect(await saving).toBeNull();
  });
});

describe('Model.setWeights', () => {
  test('during fit, changes the weights with which the next step starts', async () => {
    const model = line();
    await model.fit(x, y, {
      ...quiet,
      batchSize: 1,
      callbacks: [{ onBatchEnd: (batch) => void (batch === 2 && model.setWeights([mul(weight(), 0)])) }],
    });
    // One step with a learning rate of 0.1 that starts at 0 and aims at 3.
    expect(await weightOf(model)).toBeCloseTo(0.6);
    function weight(): Tensor {
      return model.weights[0].value;
    }
  });

  test('while the model has its moving averages, changes the weights with which training continues', async () => {
    const model = line({ useEma: true, emaMomentum: 0.5 });
    await model.trainOnBatch(x, y);
    const { value } = model.weights[0];
    model.trainer.useAverages(true);
    model.trainer.useAverages(false);
    expect(await weightOf(model)).toBe((await value.data())[0]);
    model.trainer.useAverages(true);
    model.setWeights([mul(value, 0)]);
    model.trainer.useAverages(false);
    expect(await weightOf(model)).toBe(0);
    await model.trainOnBatch(x, y);
    expect(await weightOf(model)).toBeCloseTo(0.6);
  });
});

describe('a model whose layers change', () => {
  test('predict uses the layers that the model has at the time of the call', async () => {
    const model = sequential([dense({ units: 1, useBias: false, kernelInitializer: 'ones', inputShape: [1] })]);
    const outputs = async () => Array.from(await (await model.predict([[-2], [3]])).data());
    expect(await outputs()).toEqual([-2, 3]);
    model.add(activation({ activation: relu }));
    expect(await outputs()).toEqual([0, 3]);
    model.pop();
    expect(await outputs()).toEqual([-2, 3]);
  });

  test('fit and evaluate throw an error until compile is called again', async () => {
    const model = sequential([dense({ units: 1, inputShape: [1] })]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await model.fit(x, y, quiet);
    model.add(dense({ units: 1 }));
    const changed = { code: 'argument', data: { model: model.name } };
    expect(await fails(model.fit(x, y, quiet))).toEqual(changed);
    expect(await fails(model.evaluate(x, y, quiet))).toEqual(changed);
    expect(await fails(model.trainOnBatch(x, y))).toEqual(changed);
    expect(await fails(model.testOnBatch(x, y))).toEqual(changed);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    expect((await model.fit(x, y, quiet)).epoch).toEqual([0]);
  });

  test('predict and fit notice that a field of a custom layer contains another layer', async () => {
    class Scaled extends Layer {
      inner: Layer = dense({ units: 1, useBias: false, kernelInitializer: 'ones' });
      override call(inputs: Tensor, context: CallContext): Tensor {
        return this.inner.apply(inputs, context);
      }
    }
    const scaled = new Scaled({}, {});
    const model = sequential([inputLayer({ shape: [1] }), scaled]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    expect(await (await model.predict([[-2]])).array()).toEqual([[-2]]);
    await model.trainOnBatch(x, y);
    const [before] = await Promise.all(model.weights.map(({ value }) => value.item()));
    scaled.inner = activation({ activation: relu });
    expect(before).not.toBe(1);
    expect(await (await model.predict([[-2]])).array()).toEqual([[0]]);
    expect(await fails(model.trainOnBatch(x, y))).toEqual({ code: 'argument', data: { model: model.name } });
  });
});
