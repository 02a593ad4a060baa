import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { clearSession } from '../layer/naming.ts';
import type { Model } from '../model/model.ts';
import { fails, line, quiet, weightOf } from '../training/line.fixture.ts';
import type { CallbackHooks } from '../training/listeners/listener.ts';
import { swapEMAWeights } from './swap-ema-weights.ts';

beforeEach(() => clearSession());

const MOMENTUM = 0.75;

/**
 * Input of the only sample, x = 1 with y = 3: in each epoch, one step moves the weight by 0.2 times its distance to 3.
 */
const X = [[1]];
const Y = [[3]];

const averaged = (): Model => line({ useEma: true, emaMomentum: MOMENTUM });

/** Returns the expected weight after each step, and the expected moving average of the weight. */
function expected(steps: number): { readonly weights: number[]; readonly averages: number[] } {
  const weights: number[] = [];
  const averages: number[] = [];
  let [weight, average] = [0, 0];
  for (let step = 0; step < steps; step++) {
    weight += 0.2 * (3 - weight);
    average = step === 0 ? weight : MOMENTUM * average + (1 - MOMENTUM) * weight;
    weights.push(weight);
    averages.push(average);
  }
  return { weights, averages };
}

/** Creates a callback that records the model's weight whenever one of the given hooks is called. */
function recorder(model: Model, hooks: readonly (keyof CallbackHooks)[]) {
  const seen: number[] = [];
  const record = async (): Promise<void> => void seen.push(await weightOf(model));
  const callback: CallbackHooks = Object.fromEntries(hooks.map((hook) => [hook, record]));
  return { seen, callback };
}

const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 5));

describe('swapEMAWeights', () => {
  test('validates with the moving averages of the weights, and trains with the weights themselves', async () => {
    const model = averaged();
    const { weights, averages } = expected(3);
    const trained = recorder(model, ['onTrainBatchEnd']);
    const validated = recorder(model, ['onTestBatchBegin']);
    const { history } = await model.fit(X, Y, {
      ...quiet,
      epochs: 3,
      validationData: [X, Y],
      callbacks: [swapEMAWeights(), trained.callback, validated.callback],
    });
    expect(trained.seen).toEqual(close(weights));
    expect(validated.seen).toEqual(close(averages));
    expect(history.valLoss).toEqual(close(averages.map((average) => (3 - average) ** 2)));
  });

  test('with swapOnEpoch, the model has its averages in onEpochEnd of later callbacks, and its weights in onEpochEnd of earlier ones', async () => {
    const model = averaged();
    const { weights, averages } = expected(3);
    const before = recorder(model, ['onEpochEnd']);
    const behind = recorder(model, ['onEpochEnd']);
    const callbacks = [before.callback, swapEMAWeights({ swapOnEpoch: true }), behind.callback];
    await model.fit(X, Y, { ...quiet, epochs: 3, callbacks });
    expect(before.seen).toEqual(close(weights));
    expect(behind.seen).toEqual(close(averages));
    expect(await weightOf(model)).toBeCloseTo(averages[2], 5);
  });

  test('leaves the averages in the model when training stops early, and the next fit starts from them', async () => {
    const model = averaged();
    const { averages } = expected(2);
    const stop: CallbackHooks = {
      onEpochEnd: (epoch) => {
        model.stopTraining = epoch === 1;
      },
    };
    await model.fit(X, Y, { ...quiet, epochs: 5, callbacks: [swapEMAWeights({ swapOnEpoch: true }), stop] });
    expect(await weightOf(model)).toBeCloseTo(averages[1], 5);
    await model.fit(X, Y, quiet);
    const next = averages[1] + 0.2 * (3 - averages[1]);
    expect(await weightOf(model)).toBeCloseTo(MOMENTUM * averages[1] + (1 - MOMENTUM) * next, 5);
  });

  test('evaluates and predicts with the averages; if this fails, restores the weights before the next training step', async () => {
    const model = averaged();
    const { weights, averages } = expected(3);
    for (let step = 0; step < 2; step++) await model.trainOnBatch(X, Y);
    const { loss } = await model.evaluate(X, Y, { ...quiet, callbacks: [swapEMAWeights()] });
    expect(loss).toBeCloseTo((3 - averages[1]) ** 2, 5);
    expect(await weightOf(model)).toBeCloseTo(weights[1], 5);
    const prediction = await model.predict(X, { callbacks: [swapEMAWeights()] });
    expect(await prediction.array()).toEqual([close([averages[1]])]);
    const failing: CallbackHooks = { onTestBatchBegin: () => Promise.reject(new Error('failed')) };
    await expect(model.evaluate(X, Y, { ...quiet, callbacks: [swapEMAWeights(), failing] })).rejects.toThrow('failed');
    expect(await weightOf(model)).toBeCloseTo(averages[1], 5);
    await model.trainOnBatch(X, Y);
    expect(await weightOf(model)).toBeCloseTo(weights[2], 5);
  });

  test('evaluates with the initial weights before the first training step', async () => {
    const model = averaged();
    const { loss } = await model.evaluate(X, Y, { ...quiet, callbacks: [swapEMAWeights()] });
    expect(loss).toBe(9);
  });

  test('rejects models compiled without useEma', async () => {
    const failure = fails(line().evaluate(X, Y, { ...quiet, callbacks: [swapEMAWeights()] }));
    expect(await failure).toEqual({ code: 'argument', data: { model: 'sequential' } });
  });
});
