import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { profile, random, tensor } from '@manabi/core';
import { type CallbackHooks, setRandomSeed } from '../index.ts';
import { line, quiet } from './line.fixture.ts';

const x = tensor([[1], [2], [3], [4]]);
const y = tensor([[2], [4], [6], [8]]);

describe('onTrainError', () => {
  test('is called with the error of another callback, and onTrainEnd is not', async () => {
    const error = new RangeError('no');
    const calls: unknown[] = [];
    const callback: CallbackHooks = {
      onTrainEnd: () => void calls.push('end'),
      onTrainError: (reason) => void calls.push(reason),
    };
    const failing: CallbackHooks = { onEpochEnd: () => Promise.reject(error) };
    await expect(line().fit(x, y, { ...quiet, callbacks: [callback, failing] })).rejects.toBe(error);
    expect(calls).toEqual([error]);
  });

  test('is called if a signal aborts the training', async () => {
    const controller = new AbortController();
    const reasons: unknown[] = [];
    const callback: CallbackHooks = {
      onTrainBatchEnd: () => controller.abort(),
      onTrainError: (reason) => void reasons.push(reason),
    };
    const training = line().fit(x, y, { ...quiet, callbacks: [callback], signal: controller.signal });
    await expect(training).rejects.toMatchObject({ code: 'aborted' });
    expect(reasons).toEqual([expect.objectContaining({ code: 'aborted' })]);
  });

  test('does not replace the error of the training by its own', async () => {
    const error = new RangeError('first');
    const callback: CallbackHooks = {
      onEpochEnd: () => Promise.reject(error),
      onTrainError: () => Promise.reject(new Error('second')),
    };
    await expect(line().fit(x, y, { ...quiet, callbacks: [callback] })).rejects.toBe(error);
  });
});

describe('a trainer', () => {
  test('has the batch of the step that a hook follows', async () => {
    const model = line();
    const seen: unknown[] = [];
    const look = (): void => void seen.push(model.trainer.batch?.x[0].shape);
    await model.fit(x, y, {
      batchSize: 2,
      validationData: [tensor([[5]]), tensor([[10]])],
      ...quiet,
      callbacks: [{ onTrainBatchEnd: look, onTestBatchEnd: look }],
    });
    expect(seen).toEqual([
      [2, 1],
      [2, 1],
      [1, 1],
    ]);
  });

  test('has the last call of the training step, with which its plan can be profiled', async () => {
    const model = line();
    const trainer = await model.loadTrainer();
    expect(trainer.lastCall).toBeNull();
    await model.fit(x, y, { batchSize: 2, epochs: 2, ...quiet });
    const { lastCall } = trainer;
    const steps = lastCall === null ? [] : await profile(lastCall.step, ...lastCall.args);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps[0]).toMatchObject({ name: expect.any(String), depth: 0, runs: 1, operations: expect.any(Number) });
  });

  test('draws no random numbers for gradients with a key', async () => {
    const model = line();
    setRandomSeed(3);
    await model.fit(x, y, { ...quiet });
    const { trainer } = model;
    const before = trainer.state().stream;
    const batch = trainer.batch ?? { x: [], y: [], weights: [] };
    const { gradients } = await trainer.gradients(batch, random.key(0));
    expect(Object.keys(gradients)).toHaveLength(1);
    expect(trainer.state().stream).toEqual(before);
    await trainer.gradients(batch);
    expect(trainer.state().stream).not.toEqual(before);
  });
});
