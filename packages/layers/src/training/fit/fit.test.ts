import '@manabi/backend-cpu/register';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { hostArray, type Tensor } from '@manabi/core';
import { fromGenerator, fromTensorSlices } from '@manabi/data';
import { sgd } from '@manabi/optimizers';
import { clearSession } from '../../layer/naming.ts';
import { dense } from '../../layers/core/dense.ts';
import { lambda } from '../../layers/core/lambda.ts';
import { sequential } from '../../model/sequential.ts';
import { setRandomSeed } from '../../variables/seed.ts';
import { fails, line, quiet } from '../line.fixture.ts';
import type { FitOptions } from './fit-options.ts';

let warn: jest.SpiedFunction<typeof console.warn>;

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
  warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => warn.mockRestore());

describe('epochs and batches of fit', () => {
  test('the loss of an epoch is a mean over samples, even if the last batch is smaller', async () => {
    const model = line({ optimizer: sgd({ learningRate: 0 }), metrics: ['mae'] });
    const { history } = await model.fit([[1], [2], [3]], [1, 2, 3], { ...quiet, batchSize: 2 });
    expect(history.loss[0]).toBeCloseTo((1 + 4 + 9) / 3, 5);
    expect(history.mae[0]).toBeCloseTo(2, 5);
  });

  test('initialEpoch is the index of the first epoch, and epochs - 1 that of the last', async () => {
    const { epoch } = await line().fit([[1]], [1], { ...quiet, initialEpoch: 5, epochs: 8 });
    expect(epoch).toEqual([5, 6, 7]);
  });

  test('with stepsPerEpoch, an epoch starts with the batch after the last one of the previous epoch', async () => {
    const seen: number[] = [];
    const source = fromGenerator(function* () {
      for (let i = 1; ; i++) {
        seen.push(i);
        yield [[[i]], [0]];
      }
    });
    await line().fit(source, { ...quiet, stepsPerEpoch: 2, epochs: 3 });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('with stepsPerEpoch, arrays start again when all batches were used', async () => {
    const batches: number[] = [];
    await line().fit([[1], [2], [3]], [1, 2, 3], {
      ...quiet,
      batchSize: 1,
      stepsPerEpoch: 2,
      epochs: 3,
      callbacks: [{ onBatchEnd: (batch) => void batches.push(batch) }],
    });
    // The second epoch contains only the third sample, because the pass over the data ends.
    expect(batches).toEqual([0, 1, 0, 0, 1]);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test('endless data without stepsPerEpoch is rejected', async () => {
    const endless = fromTensorSlices([
      hostArray('float32', [1, 1], Float32Array.of(1)),
      hostArray('float32', [1], Float32Array.of(1)),
    ] as const)
      .batch(1)
      .repeat();
    expect(await fails(line().fit(endless, quiet))).toMatchObject({ code: 'argument' });
  });

  test('samples have another order in each epoch, which the seed determines; with shuffle: false, they keep their order', async () => {
    const orderOf = async (options: FitOptions): Promise<string[]> => {
      const orders: string[] = [];
      let order: number[] = [];
      const model = sequential([
        lambda({ function: (x: Tensor) => x, inputShape: [1] }),
        dense({ units: 1, useBias: false, kernelInitializer: 'zeros' }),
      ]);
      model.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'mse' });
      const y = Array.from({ length: 8 }, (_, i) => i);
      await model.fit(
        y.map((v) => [v]),
        y,
        {
          ...quiet,
          batchSize: 1,
          epochs: 2,
          callbacks: [
            {
              onBatchEnd: async (batch, logs) => {
                order.push((await logs.loss) * (batch + 1));
              },
              onEpochEnd: () => {
                orders.push(
                  order.map((sum, i) => Math.round(Math.sqrt(Math.max(0, sum - (order[i - 1] ?? 0))))).join(''),
                );
                order = [];
              },
            },
          ],
          ...options,
        },
      );
      return orders;
    };
    expect(await orderOf({ shuffle: false })).toEqual(['01234567', '01234567']);
    setRandomSeed(7);
    const first = await orderOf({});
    setRandomSeed(7);
    expect(await orderOf({})).toEqual(first);
    expect(first[0]).not.toBe(first[1]);
    expect(first.map((order) => [...order].sort().join(''))).toEqual(['01234567', '01234567']);
    expect(await orderOf({})).not.toEqual(first);
  });

  test('an epoch traces a model for at most two batch shapes, and later epochs do not trace it again', async () => {
    let traces = 0;
    const model = sequential([
      lambda({
        function: (x: Tensor) => {
          traces++;
          return x;
        },
        inputShape: [1],
      }),
      dense({ units: 1 }),
    ]);
    model.compile({ loss: 'mse', metrics: ['mae'] });
    const before = traces;
    const x = Array.from({ length: 11 }, (_, i) => [i]);
    await model.fit(x, x, { ...quiet, batchSize: 2, epochs: 4 });
    expect(traces - before).toBe(2);
    await model.fit(x, x, { ...quiet, batchSize: 2, epochs: 2 });
    expect(traces - before).toBe(2);
  });
});

describe('validation in fit', () => {
  test('validationSplit holds out the last samples, before shuffling', async () => {
    const model = line({ optimizer: sgd({ learningRate: 0 }) });
    const { history } = await model.fit([[0], [0], [0], [0], [1]], [1, 1, 1, 1, 3], { ...quiet, validationSplit: 0.2 });
    expect([history.loss[0], history.valLoss[0]]).toEqual([1, 9]);
  });

  test('validationFreq is a number of epochs, or a list of epochs counted from 1', async () => {
    const data = { validationData: [[[1]], [1]] } as const;
    const { history } = await line().fit([[1]], [1], { ...quiet, ...data, epochs: 5, validationFreq: 2 });
    expect([history.loss.length, history.valLoss.length]).toEqual([5, 2]);
    const listed = await line().fit([[1]], [1], { ...quiet, ...data, epochs: 5, validationFreq: [1, 4, 5] });
    expect(listed.history.valLoss.length).toBe(3);
  });

  test('validationData may be a dataset, of which validationSteps batches are used', async () => {
    const batches = fromGenerator(() => [
      [[[1]], [1]],
      [[[1]], [3]],
    ]);
    const model = line({ optimizer: sgd({ learningRate: 0 }) });
    const all = await model.fit([[1]], [1], { ...quiet, validationData: batches });
    expect(all.history.valLoss).toEqual([5]);
    const first = await model.fit([[1]], [1], { ...quiet, validationData: batches, validationSteps: 1 });
    expect(first.history.valLoss).toEqual([1]);
  });

  test('validation uses the sample weights in validationData, and no class weights', async () => {
    const model = line({ optimizer: sgd({ learningRate: 0 }) });
    const { history } = await model.fit([[1], [1]], [0, 1], {
      ...quiet,
      classWeight: { 1: 4 },
      validationData: [
        [[1], [1]],
        [0, 1],
        [1, 3],
      ],
    });
    expect([history.loss[0], history.valLoss[0]]).toEqual([2, 1.5]);
  });
});
