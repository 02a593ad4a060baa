import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import '@manabi/backend-cpu/register';
import { hostArray } from '@manabi/core';
import { type CallbackHooks, layers, sequential, setRandomSeed } from '@manabi/layers';
import { loadModel } from '../keras/index.ts';
import { memoryStore } from '../stores/index.ts';
import { modelCheckpoint, restoreCheckpoint, saveCheckpoint } from './index.ts';
import { fillTemplate } from './path-template.ts';

const x = hostArray(
  'float32',
  [8, 2],
  Float32Array.from({ length: 16 }, (_, i) => Math.sin(i)),
);
const y = hostArray(
  'float32',
  [8, 1],
  Float32Array.from({ length: 8 }, (_, i) => i / 8),
);
let folder = '';

beforeEach(async () => {
  setRandomSeed(1);
  folder = await mkdtemp(join(tmpdir(), 'manabi-model-checkpoint-'));
});
afterEach(() => rm(folder, { recursive: true }));

function build() {
  const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
  model.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mae'] });
  return model;
}

/** Returns a callback that sets valLoss in the logs, for the callbacks after it. */
const losses = (...values: number[]): CallbackHooks => ({
  onEpochEnd: (epoch, logs) => {
    logs.valLoss = values[epoch];
  },
});

const fit = (epochs: number, ...callbacks: CallbackHooks[]) =>
  build().fit(x, y, { epochs, batchSize: 2, verbose: 0, callbacks });

describe('modelCheckpoint', () => {
  test('saves the model of each epoch to a separate file and creates missing folders', async () => {
    const filepath = join(folder, 'a/b', '{epoch:02d}-{val_loss:.2f}.keras');
    await fit(2, losses(0.5, 0.25), modelCheckpoint({ filepath }));
    expect((await readdir(join(folder, 'a/b'))).sort()).toEqual(['01-0.50.keras', '02-0.25.keras']);
  });

  test('does not save after an epoch that Ctrl-C interrupts, because the epoch has no validation loss', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const filepath = join(folder, '{epoch:02d}-{valLoss:.3f}.keras');
    let batches = 0;
    const press = { onBatchEnd: () => void (++batches === 5 && process.emit('SIGINT')) };
    const { interrupted, history } = await build().fit(x, y, {
      epochs: 3,
      batchSize: 2,
      verbose: 0,
      validationSplit: 0.25,
      callbacks: [press, modelCheckpoint({ filepath })],
    });
    expect([interrupted, history.loss.length, history.valLoss.length]).toEqual([true, 1, 1]);
    expect(await readdir(folder)).toEqual([`01-${history.valLoss[0].toFixed(3)}.keras`]);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  test('saves the trained model to a store', async () => {
    const store = memoryStore('last.keras');
    const model = build();
    await model.fit(x, y, { epochs: 2, verbose: 0, callbacks: [modelCheckpoint({ filepath: store })] });
    const loaded = await loadModel(store);
    expect(await loaded.getWeights()).toEqual(await model.getWeights());
    expect(await loaded.trainer.iterations()).toBe(2);
  });

  test.each([
    ['the smallest value of a loss', {}, [3, 1, 2, 1, 0.5], ['1', '2', '5']],
    ['the largest value with mode max', { mode: 'max' }, [3, 1, 4, 4, 5], ['1', '3', '5']],
    ['values below the initial threshold', { initialValueThreshold: 2 }, [3, 1, 2, 0.5, 1], ['2', '4']],
    ['no model whose value is NaN', { initialValueThreshold: 2 }, [Number.NaN, 1, Number.NaN, 1, 1], ['2']],
  ] as const)('saves with saveBestOnly only %s', async (_, options, values, epochs) => {
    const filepath = join(folder, '{epoch}.npz');
    const best = modelCheckpoint({ filepath, saveBestOnly: true, saveWeightsOnly: true, ...options });
    await fit(5, losses(...values), best);
    expect((await readdir(folder)).sort()).toEqual(epochs.map((epoch) => `${epoch}.npz`));
  });

  test('saves after every saveFreq batches, counted across epochs', async () => {
    const filepath = join(folder, '{epoch}-{batch}.safetensors');
    const monitored = { monitor: 'mae', mode: 'min' } as const;
    await fit(2, modelCheckpoint({ filepath, saveWeightsOnly: true, saveFreq: 3, ...monitored }));
    expect((await readdir(folder)).sort()).toEqual(['1-3.safetensors', '2-2.safetensors']);
  });

  test('warns and saves nothing if the monitored metric is missing', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    await fit(1, modelCheckpoint({ filepath: join(folder, 'best.keras'), saveBestOnly: true }));
    expect(warn).toHaveBeenCalledTimes(1);
    expect(await readdir(folder)).toEqual([]);
    warn.mockRestore();
  });

  test('continues with the best value of the interrupted training', async () => {
    const store = memoryStore('checkpoint');
    const filepath = join(folder, '{epoch}.npz');
    const best = () => modelCheckpoint({ filepath, saveBestOnly: true, saveWeightsOnly: true });
    const first = build();
    const save: CallbackHooks = {
      onSavePoint: ({ epochEnded }) => (epochEnded ? saveCheckpoint(first, store) : undefined),
    };
    await first.fit(x, y, { epochs: 2, verbose: 0, callbacks: [losses(2, 1), best(), save] });
    const second = build();
    await restoreCheckpoint(second, store);
    await second.fit(x, y, { epochs: 4, verbose: 0, callbacks: [losses(2, 1, 1.5, 0.5), best()] });
    expect((await readdir(folder)).sort()).toEqual(['1.npz', '2.npz', '4.npz']);
  });

  test.each([
    ['another extension', { filepath: 'model.h5' }],
    ['.keras with saveWeightsOnly', { filepath: 'model.keras', saveWeightsOnly: true }],
    ['.npz without saveWeightsOnly', { filepath: 'model.npz' }],
    ['an invalid placeholder', { filepath: '{epoch:xyz}.keras' }],
    ['a fractional saveFreq', { filepath: 'model.keras', saveFreq: 1.5 }],
  ])('rejects %s', (_, options) => {
    expect(() => modelCheckpoint(options)).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('rejects a placeholder that names no value of the logs, when it saves', async () => {
    const training = fit(1, modelCheckpoint({ filepath: join(folder, '{acuracy}.keras') }));
    await expect(training).rejects.toMatchObject({ code: 'argument', data: { name: 'acuracy' } });
  });
});

test.each([
  ['{epoch}', '7'],
  ['{epoch:03d}', '007'],
  ['{epoch:3d}', '  7'],
  ['{val_loss:.2f}', '0.12'],
  ['{valLoss:.3e}', '1.235e-01'],
  ['{valLoss:.2g}', '0.12'],
  ['{valLoss}', '0.123456789'],
  ['{epoch:02d}/{valLoss:06.2f}', '07/000.12'],
  ['plain', 'plain'],
])('fillTemplate replaces %s by %s, as in Python', (template, path) => {
  expect(fillTemplate('test', template, { epoch: 7, valLoss: 0.123456789 })).toBe(path);
});
