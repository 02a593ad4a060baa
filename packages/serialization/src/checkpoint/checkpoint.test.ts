import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import '@manabi/backend-cpu/register';
import { hostArray } from '@manabi/core';
import { type CallbackHooks, callbacks, layers, type Model, sequential, setRandomSeed } from '@manabi/layers';
import { randomSource, runInNode } from '@manabi/testing';
import { fuzz } from '../fuzz.fixture.ts';
import { readSafetensors, writeSafetensors } from '../safetensors/index.ts';
import { memoryStore, readSource } from '../stores/index.ts';
import { backupAndRestore, restoreCheckpoint, saveCheckpoint } from './index.ts';
import type { Setting } from './training.child.ts';

/** Whether to kill trainings at more positions (`npm run nightly -- fuzz`). */
const isNightly = process.env.MANABI_FUZZ !== undefined;
/** Defines a test that is skipped in `npm test`, where the next test has a dataset, and further tests have arrays, in one process. */
const testNightly = isNightly ? test : test.skip;
const random = randomSource(3);
const x = hostArray('float32', [32, 4], random.float32Array(128));
const y = hostArray('float32', [32, 1], random.float32Array(32));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-checkpoint-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => setRandomSeed(1));

interface Parts {
  readonly units?: number;
  readonly compile?: object;
  readonly optimizer?: 'adam' | 'sgd';
  readonly inputShape?: readonly number[];
}

function build({ units = 3, optimizer = 'adam', compile = {}, inputShape = [4] }: Parts = {}): Model {
  const model = sequential([
    layers.dense({ units, activation: 'tanh', ...(inputShape.length > 0 ? { inputShape } : {}) }),
    layers.dropout({ rate: 0.2 }),
    layers.dense({ units: 1 }),
  ]);
  model.compile({ optimizer, loss: 'mse', ...compile });
  return model;
}

const fit = (model: Model, epochs: number, more: CallbackHooks[] = []) =>
  model.fit(x, y, { epochs, batchSize: 8, verbose: 0, callbacks: more });

const weightsOf = async (model: Model) => (await model.getWeights()).map(({ data }) => [...data]);

describe('backupAndRestore after the process was killed', () => {
  const run = (setting: Setting) =>
    runInNode(new URL('./training.child.ts', import.meta.url), { args: [JSON.stringify(setting)] });
  const settingOf = (name: string, more: Partial<Setting> = {}): Setting => ({
    backupDir: join(folder, name),
    result: join(folder, `${name}.json`),
    ...more,
  });

  async function resultOf({ result }: Setting): Promise<Record<string, unknown>> {
    const { batches, ...outcome } = JSON.parse(await readFile(result, 'utf8'));
    return { batches, outcome };
  }

  async function whole(name: string, more: Partial<Setting> = {}) {
    const setting = settingOf(name, more);
    expect(await run(setting)).toMatchObject({ code: 0, stderr: '' });
    return resultOf(setting);
  }

  testNightly('resumes with the weights, optimizer state and history of an uninterrupted training', async () => {
    const expected = await whole('whole');
    for (const [setting, left] of [
      // 16 steps in epochs of four. A kill at step 6 leaves a backup of the first epoch; one at step 11, a backup of nine steps.
      [settingOf('epochs', { killAfter: 6 }), 12],
      [settingOf('batches', { saveFreq: 3, killAfter: 11 }), 7],
    ] as const) {
      expect(await run(setting)).toMatchObject({ signal: 'SIGKILL' });
      expect(await readdir(setting.backupDir)).toEqual(['latest.checkpoint']);
      expect(await run({ ...setting, killAfter: undefined })).toMatchObject({ code: 0, stderr: '' });
      const { batches, outcome } = await resultOf(setting);
      expect(batches).toBe(left);
      expect(outcome).toEqual(expected.outcome);
      expect(await readdir(setting.backupDir)).toEqual([]);
    }
  });

  test('resumes with identical results on a dataset, even after several kills', async () => {
    const expected = await whole('whole-stream', { stream: true });
    const setting = settingOf('often', { stream: true, saveFreq: 1 });
    for (const killWithin of isNightly ? [0, 15] : [15]) {
      expect(await run({ ...setting, killWithin })).toMatchObject({ signal: 'SIGKILL' });
    }
    expect(await run(setting)).toMatchObject({ code: 0, stderr: '' });
    expect((await resultOf(setting)).outcome).toEqual(expected.outcome);
    expect(await readdir(setting.backupDir)).toEqual([]);
  });
});

describe('saveCheckpoint and restoreCheckpoint', () => {
  test('continue between two calls of fit with identical weights', async () => {
    const store = memoryStore('checkpoint');
    const model = build();
    await fit(model, 2);
    await saveCheckpoint(model, store);
    await fit(model, 2);
    setRandomSeed(99);
    const other = build();
    expect(await restoreCheckpoint(other, store)).toEqual({ epoch: null, step: 0 });
    await fit(other, 2);
    expect(await weightsOf(other)).toEqual(await weightsOf(model));
  });

  test('continue trainOnBatch with the same random numbers', async () => {
    const store = memoryStore('checkpoint');
    const model = build();
    await model.trainOnBatch(x, y);
    await saveCheckpoint(model, store);
    const next = await model.trainOnBatch(x, y);
    const other = build();
    await restoreCheckpoint(other, store);
    expect(await other.trainOnBatch(x, y)).toEqual(next);
  });

  test('save a consistent state while fit is running', async () => {
    const model = build();
    let isEnough = false;
    // Stops at the end of an epoch: the resumed training below ends there too.
    const training = fit(model, 1e5, [
      {
        onEpochEnd: () => {
          if (isEnough) model.stopTraining = true;
        },
      },
    ]);
    const stores = Array.from({ length: 5 }, () => memoryStore('checkpoint'));
    for (const store of stores) {
      await new Promise((resolve) => setTimeout(resolve, 3));
      await saveCheckpoint(model, store);
    }
    isEnough = true;
    const { epoch } = await training;
    const epochs = epoch.length;
    for (const store of stores) {
      const other = build();
      const at = await restoreCheckpoint(other, store);
      if (at.epoch === null) throw new Error('The training had already ended.');
      await fit(other, epochs);
      expect(await weightsOf(other)).toEqual(await weightsOf(model));
    }
    const running = fit(model, 1e5);
    await new Promise((resolve) => setTimeout(resolve, 3));
    const before = await model.trainer.iterations();
    await expect(restoreCheckpoint(model, stores[0])).rejects.toMatchObject({ data: { training: true } });
    expect(await model.trainer.iterations()).toBeGreaterThanOrEqual(before);
    model.stopTraining = true;
    await running;
  });

  test('build the model before restoring it if it has no weights yet', async () => {
    const store = memoryStore('checkpoint');
    const model = build();
    await fit(model, 1);
    await saveCheckpoint(model, store);
    const other = build({ inputShape: [] });
    await restoreCheckpoint(other, store);
    expect(await weightsOf(other)).toEqual(await weightsOf(model));
  });

  test('write a safetensors file in which each weight has its path as name', async () => {
    const path = join(folder, 'plain.checkpoint');
    const model = build();
    await saveCheckpoint(model, path);
    const { tensors } = await readSafetensors(path);
    const [first] = await model.getWeights();
    const kernel = Object.keys(tensors).find((name) => /^values\/dense(_\d+)?\/kernel$/.test(name)) ?? '';
    expect(tensors[kernel]).toEqual(first);
  });

  test('restore only the weights with weightsOnly, and the weights and optimizer with progress: false', async () => {
    const store = memoryStore('checkpoint');
    const model = build();
    const saver: CallbackHooks = {
      onSavePoint: ({ epoch, step }) => (epoch === 1 && step === 2 ? saveCheckpoint(model, store) : undefined),
    };
    await fit(model, 3, [saver]);
    const [whole, optimizer, weights] = [build(), build(), build()];
    expect(await restoreCheckpoint(whole, store)).toEqual({ epoch: 1, step: 2 });
    await restoreCheckpoint(optimizer, store, { progress: false });
    await restoreCheckpoint(weights, store, { weightsOnly: true });
    expect(await optimizer.trainer.iterations()).toBe(6);
    expect(await weights.trainer.iterations()).toBe(0);
    expect((await fit(whole, 3)).epoch).toEqual([0, 1, 2]);
    expect(await weightsOf(whole)).toEqual(await weightsOf(model));
    expect((await fit(optimizer, 1)).epoch).toEqual([0]);
  });

  test('preserve numbers that JSON cannot represent', async () => {
    const store = memoryStore('checkpoint');
    const states: unknown[] = [];
    const odd: CallbackHooks = {
      stateName: 'odd',
      getState: () => ({
        none: null,
        zero: -0,
        numbers: [Number.NaN, -Infinity, 0.1],
        $tensor: 'text',
        deep: { a: true },
      }),
      setState: (state) => void states.push(state),
    };
    const model = build();
    await fit(model, 1, [odd, { onSavePoint: () => saveCheckpoint(model, store) }]);
    await restoreCheckpoint(model, store);
    await fit(model, 1, [odd]);
    expect(states).toEqual([odd.getState?.()]);
  });
});

describe('restoreCheckpoint: checkpoints that do not fit', () => {
  const saved = async (model: Model): Promise<Uint8Array<ArrayBuffer>> => {
    const store = memoryStore('checkpoint');
    await saveCheckpoint(model, store);
    return store.read();
  };

  test.each([
    ['another number of units', { units: 4 }, 'shape'],
    ['another optimizer', { optimizer: 'sgd' }, 'argument'],
  ] as const)('rejects a checkpoint of a model with %s, and leaves the model unchanged', async (_, parts, code) => {
    const model = build();
    await fit(model, 1);
    const other = build(parts);
    const before = await weightsOf(other);
    await expect(restoreCheckpoint(other, await saved(model))).rejects.toMatchObject({ code });
    expect(await weightsOf(other)).toEqual(before);
  });

  test.each([
    ['a checkpoint with accumulated gradients if the model does not accumulate', { gradientAccumulationSteps: 3 }, {}],
    ['a checkpoint with averaged weights if the model does not set useEma', { useEma: true }, {}],
    ['a checkpoint without averaged weights if the model sets useEma', {}, { useEma: true }],
  ])('rejects %s', async (_, compile, other) => {
    const model = build({ compile });
    await fit(model, 1);
    const resumed = build({ compile: other });
    await expect(restoreCheckpoint(resumed, await saved(model))).rejects.toMatchObject({ code: 'argument' });
    await restoreCheckpoint(build({ compile }), await saved(model));
  });

  test('rejects a checkpoint of another model, naming the weights that the checkpoint lacks', async () => {
    const other = sequential([layers.dense({ units: 3, inputShape: [4], name: 'elsewhere' })]);
    await expect(restoreCheckpoint(other, await saved(build()))).rejects.toMatchObject({
      code: 'argument',
      data: { missing: ['elsewhere/kernel', 'elsewhere/bias'] },
    });
  });

  test('rejects a model that is not compiled, unless weightsOnly is set', async () => {
    const model = build();
    const other = sequential([
      layers.dense({ units: 3, inputShape: [4] }),
      layers.dropout({ rate: 0.2 }),
      layers.dense({ units: 1 }),
    ]);
    await expect(restoreCheckpoint(other, await saved(model))).rejects.toMatchObject({ code: 'argument' });
    await restoreCheckpoint(other, await saved(model), { weightsOnly: true });
    expect(await weightsOf(other)).toEqual(await weightsOf(model));
  });

  test('rejects files that are not checkpoints, and checkpoints of another format version', async () => {
    const store = memoryStore('checkpoint');
    await writeSafetensors(store, { x });
    await expect(restoreCheckpoint(build(), store)).rejects.toMatchObject({ code: 'corrupt' });
    await writeSafetensors(store, { x }, { metadata: { format: 'manabi.checkpoint', version: '9', state: '{}' } });
    await expect(restoreCheckpoint(build(), store)).rejects.toMatchObject({ code: 'unsupported' });
    await writeSafetensors(store, { x }, { metadata: { format: 'manabi.checkpoint', version: '1', state: '{}' } });
    await expect(restoreCheckpoint(build(), store)).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('rejects a checkpoint whose state is nested too deeply', async () => {
    const store = memoryStore('checkpoint');
    const state = `{"values":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    await writeSafetensors(store, { x }, { metadata: { format: 'manabi.checkpoint', version: '1', state } });
    await expect(restoreCheckpoint(build(), store)).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('rejects unknown options', async () => {
    // Plain JavaScript may pass anything.
    const options = { weights: true } as object;
    await expect(restoreCheckpoint(build(), new Uint8Array(), options)).rejects.toMatchObject({ code: 'argument' });
  });

  test('reads or rejects corrupted checkpoints with bounded memory', async () => {
    const model = build();
    let bytes = new Uint8Array();
    const saver: CallbackHooks = {
      onSavePoint: async () => {
        bytes = await saved(model);
      },
    };
    await fit(model, 1, [callbacks.earlyStopping({ monitor: 'loss', restoreBestWeights: true }), saver]);
    const report = await fuzz([bytes], (input) => restoreCheckpoint(model, input));
    expect(report.refused.corrupt).toBeGreaterThan(0);
    expect(report.bytes).toBeLessThan(2 ** 27);
  });
});

describe('backupAndRestore', () => {
  test('resumes from a backup in a store after a callback threw an error', async () => {
    const store = memoryStore('backup');
    const backup = () => backupAndRestore({ backupDir: store, saveFreq: 2 });
    const model = build();
    const expected = await fit(model, 3, [backup()]);
    setRandomSeed(1);
    const closed = build();
    const close: CallbackHooks = {
      onSavePoint: ({ epoch, step }) => {
        if (epoch === 1 && step === 3) throw new RangeError('closed');
      },
    };
    await expect(fit(closed, 3, [backup(), close])).rejects.toThrow('closed');
    const resumed = build();
    const { history } = await fit(resumed, 3, [backup(), { onSavePoint: () => {} }]);
    expect(history).toEqual(expected.history);
    expect(await weightsOf(resumed)).toEqual(await weightsOf(model));
    await expect(store.size()).rejects.toMatchObject({ code: 'notFound' });
  });

  test('restores the previous backup if the latest one is damaged', async () => {
    const backupDir = join(folder, 'double');
    const options = { backupDir, doubleCheckpoint: true, deleteCheckpoint: false };
    const model = build();
    const expected = await fit(model, 3, [backupAndRestore(options)]);
    expect((await readdir(backupDir)).sort()).toEqual(['latest.checkpoint', 'previous.checkpoint']);
    await writeFile(join(backupDir, 'latest.checkpoint'), 'damaged');
    const epochs: number[] = [];
    const resumed = build();
    const { history } = await fit(resumed, 3, [
      backupAndRestore(options),
      { onEpochBegin: (epoch) => void epochs.push(epoch) },
    ]);
    expect(epochs).toEqual([2]);
    expect(history).toEqual(expected.history);
    expect(await weightsOf(resumed)).toEqual(await weightsOf(model));
  });

  test('rejects a damaged backup if no previous one exists, and does not delete it', async () => {
    const backupDir = join(folder, 'damaged');
    const model = build();
    await fit(model, 1, [backupAndRestore({ backupDir, deleteCheckpoint: false })]);
    const path = join(backupDir, 'latest.checkpoint');
    const bytes = await readSource(path);
    await writeFile(path, bytes.subarray(0, -1));
    await expect(fit(model, 1, [backupAndRestore({ backupDir })])).rejects.toMatchObject({ code: 'corrupt' });
    expect(await readdir(backupDir)).toEqual(['latest.checkpoint']);
  });

  test('saves a backup on Ctrl-C in the middle of an epoch and resumes at that batch', async () => {
    jest.spyOn(console, 'warn').mockImplementation(() => {});
    const backupDir = join(folder, 'interrupted');
    const model = build();
    const expected = await fit(model, 3, [backupAndRestore({ backupDir })]);
    setRandomSeed(1);
    const stopped = build();
    const press: CallbackHooks = {
      onBatchEnd: (batch) => {
        if (batch === 2) process.emit('SIGINT');
      },
    };
    expect((await fit(stopped, 3, [backupAndRestore({ backupDir }), press])).interrupted).toBe(true);
    // If the resumed training is interrupted before its first batch, the backup must remain valid.
    for (const hook of ['onTrainBegin', 'onEpochBegin']) {
      const early = { [hook]: () => void process.emit('SIGINT') };
      expect((await fit(build(), 3, [backupAndRestore({ backupDir }), early])).interrupted).toBe(true);
    }
    const resumed = build();
    const { history } = await fit(resumed, 3, [backupAndRestore({ backupDir })]);
    expect(history).toEqual(expected.history);
    expect(await weightsOf(resumed)).toEqual(await weightsOf(model));
  });

  test('rejects the option saveFreq: 0, and the option doubleCheckpoint with a store', () => {
    const wrong = expect.objectContaining({ code: 'argument' });
    expect(() => backupAndRestore({ backupDir: folder, saveFreq: 0 })).toThrow(wrong);
    expect(() => backupAndRestore({ backupDir: memoryStore(), doubleCheckpoint: true })).toThrow(wrong);
  });
});
