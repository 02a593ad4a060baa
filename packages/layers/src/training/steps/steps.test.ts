import '@manabi/backend-cpu/register';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { sgd } from '@manabi/optimizers';
import { clearSession } from '../../layer/naming.ts';
import { dense } from '../../layers/core/dense.ts';
import { input } from '../../layers/core/input-layer.ts';
import { batchNormalization } from '../../layers/normalization/batch-normalization.ts';
import { dropout } from '../../layers/regularization/dropout.ts';
import { model as functional } from '../../model/functional.ts';
import { sequential } from '../../model/sequential.ts';
import { setRandomSeed } from '../../variables/seed.ts';
import { fails, line, quiet, weightOf } from '../line.fixture.ts';
import { readLogs } from '../listeners/batch-logs.ts';

let warn: jest.SpiedFunction<typeof console.warn>;

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
  warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => warn.mockRestore());

describe('training steps of fit', () => {
  test('steps do not change layers that were frozen when compile was called', async () => {
    const first = dense({ units: 2, inputShape: [1] });
    const model = sequential([first, dense({ units: 1 })]);
    first.trainable = false;
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const before = await model.getWeights();
    await model.fit([[1]], [5], quiet);
    const after = await model.getWeights();
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]).not.toEqual(before[2]);
    first.trainable = true;
    await model.fit([[1]], [5], quiet);
    expect(warn).toHaveBeenCalledTimes(1);
    expect((await model.getWeights())[0]).toEqual(before[0]);
  });

  test('moving statistics change in training steps, except those of frozen layers, and not in evaluations', async () => {
    const norm = batchNormalization({ momentum: 0.5, inputShape: [1] });
    const model = sequential([norm, dense({ units: 1 })]);
    model.compile({ loss: 'mse' });
    const mean = async () => (await norm.getWeights())[2].data[0];
    await model.evaluate([[4], [8]], [1, 1], quiet);
    expect(await mean()).toBe(0);
    await model.fit([[4], [8]], [1, 1], quiet);
    expect(await mean()).toBe(3);
    norm.trainable = false;
    model.compile({ loss: 'mse' });
    await model.fit([[4], [8]], [1, 1], quiet);
    expect(await mean()).toBe(3);
  });

  test('a step does not overwrite the weights of another model that shares a layer', async () => {
    const shared = dense({ units: 1, useBias: false, kernelInitializer: 'ones', inputShape: [1] });
    const one = sequential([shared]);
    const x = input({ shape: [1] });
    const two = functional({ inputs: x, outputs: shared.apply(x) });
    one.compile({ optimizer: 'sgd', loss: 'mse' });
    two.compile({ optimizer: 'sgd', loss: 'mse' });
    const kernel = shared.weight('kernel').value;
    for (let i = 0; i < 3; i++) {
      await one.trainOnBatch([[1]], [0]);
      await two.trainOnBatch([[1]], [0]);
    }
    expect(await weightOf(one)).toBeLessThan(1);
    expect(await weightOf(one)).toBe(await weightOf(two));
    expect([...(await kernel.data())]).toEqual([1]);
  });

  test('steps minimize losses that layers add, even without labels', async () => {
    const model = sequential([
      dense({ units: 1, useBias: false, kernelInitializer: 'ones', kernelRegularizer: 'l2', inputShape: [1] }),
    ]);
    model.compile({ optimizer: 'sgd' });
    const { history } = await model.fit([[1]], null, quiet);
    expect(history.loss[0]).toBeCloseTo(0.01, 6);
    expect(await weightOf(model)).toBeCloseTo(1 - 0.01 * 0.02, 6);
  });

  test('dropout has another mask in each step, which the seed determines', async () => {
    const run = async () => {
      setRandomSeed(3);
      clearSession();
      const model = sequential([
        dropout({ rate: 0.5, inputShape: [20] }),
        dense({ units: 1, kernelInitializer: 'ones' }),
      ]);
      model.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'mae' });
      const { history } = await model.fit([Array(20).fill(1)], [0], { ...quiet, epochs: 4 });
      return history.loss;
    };
    const losses = await run();
    expect(new Set(losses).size).toBeGreaterThan(1);
    expect(await run()).toEqual(losses);
  });

  test('steps with jit: false compute the same results as compiled steps', async () => {
    const x = [[1], [2], [3]];
    const [compiled, plain] = [line(), line({ jit: false })];
    const a = await compiled.fit(x, [1, 2, 3], { ...quiet, batchSize: 2, epochs: 2, shuffle: false });
    const b = await plain.fit(x, [1, 2, 3], { ...quiet, batchSize: 2, epochs: 2, shuffle: false });
    b.history.loss.forEach((loss, i) => {
      expect(loss).toBeCloseTo(a.history.loss[i], 5);
    });
  });

  test('a second fit continues with the optimizer state of the first', async () => {
    const [whole, parts] = [line({ optimizer: 'adam' }), line({ optimizer: 'adam' })];
    await whole.fit([[1]], [5], { ...quiet, epochs: 4 });
    await parts.fit([[1]], [5], { ...quiet, epochs: 2 });
    await parts.fit([[1]], [5], { ...quiet, epochs: 2 });
    expect(await weightOf(parts)).toBe(await weightOf(whole));
    expect(await parts.trainer.iterations()).toBe(4);
  });
});

describe('logs that batch hooks receive', () => {
  test('are means over the epoch so far, and are read when they are awaited', async () => {
    const losses: number[] = [];
    const model = line({ optimizer: sgd({ learningRate: 0 }), metrics: ['mae'] });
    const names: string[][] = [];
    await model.fit([[1], [3]], [1, 3], {
      ...quiet,
      batchSize: 1,
      shuffle: false,
      callbacks: [
        {
          onBatchEnd: async (_batch, logs) => {
            losses.push(await logs.loss);
            names.push(Object.keys(await readLogs(logs)));
          },
        },
      ],
    });
    expect(losses).toEqual([1, 5]);
    expect(names[0]).toEqual(['loss', 'mae']);
  });

  test('have the values of their batch even if they are awaited after the hook', async () => {
    const late: Promise<number>[] = [];
    const model = line({ optimizer: sgd({ learningRate: 0 }) });
    await model.fit([[1], [3]], [1, 3], {
      ...quiet,
      batchSize: 1,
      shuffle: false,
      callbacks: [{ onBatchEnd: (_batch, logs) => void late.push(logs.loss) }],
    });
    expect(await Promise.all(late)).toEqual([1, 5]);
  });

  test('throw an error when they are read after the next batch has started', async () => {
    let kept: Readonly<Record<string, Promise<number>>> = {};
    await line().fit([[1]], [1], {
      ...quiet,
      callbacks: [
        {
          onBatchEnd: (_batch, logs) => {
            kept = logs;
          },
        },
      ],
    });
    expect(await fails(kept.loss)).toMatchObject({ code: 'donated', data: { batch: 0 } });
  });
});

describe('names of metrics in logs', () => {
  test('have numbers for a metric with one value per class', async () => {
    const model = sequential([dense({ units: 2, activation: 'sigmoid', inputShape: [1] })]);
    model.compile({ loss: 'binaryCrossentropy', metrics: ['f1Score'] });
    const { history } = await model.fit([[1]], [[0, 1]], { ...quiet, validationData: [[[1]], [[1, 0]]] });
    expect(Object.keys(history)).toEqual(['loss', 'f1Score0', 'f1Score1', 'valLoss', 'valF1Score0', 'valF1Score1']);
  });

  test('have numbers if a metric is passed twice', async () => {
    const model = line({ metrics: ['mae', 'mae'], weightedMetrics: ['mae'] });
    expect(Object.keys(await model.testOnBatch([[1]], [2]))).toEqual(['loss', 'mae', 'mae1', 'weightedMae']);
  });
});

test('a second fit of the same model is rejected, and the first continues', async () => {
  const model = line();
  const first = model.fit([[1]], [1], { ...quiet, epochs: 3 });
  expect(await fails(model.fit([[1]], [1], quiet))).toMatchObject({ code: 'argument' });
  expect((await first).epoch).toEqual([0, 1, 2]);
  await fails(model.fit([[1]], [1], { ...quiet, callbacks: [Object.assign({}, { onEpochEnds: () => {} }) as object] }));
  await model.fit([[1]], [1], quiet);
});
