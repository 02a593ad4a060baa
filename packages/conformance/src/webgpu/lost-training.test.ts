import '@manabi/backend-cpu/register';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import { hostArray, registerBackend, setBackend } from '@manabi/core';
import { type CallbackHooks, type Model, sequential, setRandomSeed } from '@manabi/layers';
import { batchNormalization, dense, dropout } from '@manabi/layers/layers';
import { backupAndRestore } from '@manabi/serialization';
import { randomSource } from '@manabi/testing';
import { describeWithWebGpu } from './webgpu.fixture.ts';
import { type TestDevice, wrappedDevice } from './wrapped-device.fixture.ts';

const EPOCHS = 4;
const random = randomSource(2);
const x = hostArray('float32', [40, 12], random.float32Array(40 * 12));
const y = hostArray('int32', [40], random.int32Array(40, 0, 3));

function createModel(): Model {
  setRandomSeed(1);
  const model = sequential([
    dense({ units: 16, activation: 'relu', inputShape: [12] }),
    batchNormalization(),
    dropout({ rate: 0.4 }),
    dense({ units: 3, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  return model;
}

const fit = (model: Model, ...callbacks: readonly CallbackHooks[]) =>
  model.fit(x, y, { epochs: EPOCHS, batchSize: 8, verbose: 0, callbacks: [...callbacks] });

/** Returns the losses and all weights of a training as numbers. */
async function resultOf(
  model: Model,
  history: Readonly<Record<string, readonly number[]>>,
): Promise<readonly number[]> {
  const weights = await model.getWeights();
  return [...history.loss, ...weights.flatMap(({ data }) => [...data])];
}

describeWithWebGpu('a training whose GPU device is lost', () => {
  let device: TestDevice;
  let backupDir: string;
  let expected: readonly number[];

  beforeAll(async () => {
    registerBackend('webgpu', async () => {
      device = await wrappedDevice();
      return await createWebGpuBackend({ device });
    });
    backupDir = await mkdtemp(join(tmpdir(), 'manabi-lost-'));
    await setBackend('webgpu');
    const model = createModel();
    const { history } = await fit(model);
    expected = await resultOf(model, history);
  });

  afterAll(() => rm(backupDir, { recursive: true, force: true }));

  test.each(['cpu', 'webgpu'])('resumes on %s from its last backup, as if nothing had happened', async (next) => {
    await setBackend('webgpu');
    const lost = device;
    let batches = 0;
    // After the backup of batch 13, in the third epoch.
    const losing: CallbackHooks = {
      onTrainBatchEnd: () => {
        if (++batches === 14) lost.destroy();
      },
    };
    const backup = () => backupAndRestore({ backupDir: join(backupDir, next), saveFreq: 1 });
    await expect(fit(createModel(), backup(), losing)).rejects.toMatchObject({ code: 'backend', data: { lost: true } });
    expect(batches).toBeLessThan(20);

    await setBackend(next);
    const model = createModel();
    const { history, epoch } = await fit(model, backup());
    expect(epoch).toEqual([0, 1, 2, 3]);
    const found = await resultOf(model, history);
    expect(found).toHaveLength(expected.length);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i], 4);
    if (next === 'webgpu') {
      expect(device).not.toBe(lost);
      expect(found).toEqual(expected);
    }
  });
});
