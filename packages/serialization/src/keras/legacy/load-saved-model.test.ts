import '@manabi/backend-cpu/register';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/core';
import { clearSession } from '@manabi/layers';
import { describeWithShared } from '@manabi/testing';
import { fuzz, fuzzCount } from '../../fuzz.fixture.ts';
import { folderOf } from '../../saved-model/in-keras.ts';
import { loadModel } from '../index.ts';
import { loadSavedKeras } from './load-saved-model.ts';

interface GoldenArray {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface SavedByKeras2 {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly input: GoldenArray;
  readonly outputs: readonly GoldenArray[];
}

const folder = mkdtempSync(join(tmpdir(), 'manabi-saved-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(clearSession);

/** Number of corrupted copies: reading one takes longer than in other formats. */
const count = Math.ceil(fuzzCount / 4);

const goldens = new URL('../../saved-model/goldens/', import.meta.url);
const models: readonly SavedByKeras2[] = JSON.parse(readFileSync(new URL('keras-2.json', goldens), 'utf8'));
const toHost = ({ shape, data }: GoldenArray) => hostArray('float32', shape, Float32Array.from(data));
const filesOf = ({ files }: SavedByKeras2): Readonly<Record<string, Uint8Array<ArrayBuffer>>> =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, Uint8Array.from(inflateSync(Buffer.from(text, 'base64')))]),
  );

function largest(actual: ArrayLike<number>, expected: readonly number[]): number {
  return expected.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - Number(actual[i])) / Math.max(1, Math.abs(value))),
    0,
  );
}

describe('loadModel: a SavedModel of Keras 2', () => {
  test.each(models)('predicts the same as Keras: $name', async (saved) => {
    const path = join(folder, saved.name);
    for (const [name, bytes] of Object.entries(filesOf(saved))) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), bytes);
    }
    const model = await loadModel(path);
    const predicted = await model.predictAll(toHost(saved.input));
    expect(predicted).toHaveLength(saved.outputs.length);
    for (const [i, { shape, data }] of saved.outputs.entries()) {
      expect(predicted[i].shape).toEqual(shape);
      expect(largest(await predicted[i].data(), data)).toBeLessThan(1e-5);
    }
    expect(model.compiled).toBe(saved.name === 'functional');
    if (model.compiled) expect(model.compilation.optimizer.className).toBe('Adam');
  });

  test('restores whether layers are frozen, and trains further', async () => {
    const saved = models[1];
    const model = await loadSavedKeras(folderOf(filesOf(saved), {}), true);
    expect(model.trainableWeights.length).toBeLessThan(model.weights.length - 4);
    const targets = saved.outputs.map(toHost);
    const { history } = await model.fit(toHost(saved.input), targets, { epochs: 2, verbose: 0 });
    expect(history.loss[1]).toBeLessThan(history.loss[0]);
  });

  test('rejects a SavedModel without layers, and states how to run it', async () => {
    const exported: readonly SavedByKeras2[] = JSON.parse(readFileSync(new URL('exported.json', goldens), 'utf8'));
    await expect(loadSavedKeras(folderOf(filesOf(exported[0]), {}), true)).rejects.toMatchObject({
      code: 'unsupported',
      data: { kind: 'savedModel' },
    });
  });

  test(`loads or rejects ${count} corrupted copies`, async () => {
    const files = filesOf(models[0]);
    const names = Object.keys(files).filter((name) => name !== 'saved_model.pb');
    let next = 0;
    const { read, refused, bytes } = await fuzz(
      names.map((name) => files[name]),
      async (corrupted) => {
        clearSession();
        const name = names[next++ % names.length];
        await loadSavedKeras(folderOf({ ...files, [name]: corrupted }, {}), true);
      },
      count,
    );
    expect(read + Object.values(refused).reduce((sum, n) => sum + n, 0)).toBe(count);
    expect(bytes).toBeLessThan(2 ** 28);
  }, 600_000);
});

describeWithShared(
  'loadModel: a third-party SavedModel of Keras 2',
  'data/formats/savedmodel/keras-mnist-mlp-hritik/mnist_model',
  (path) => {
    test('predicts the same as TensorFlow', async () => {
      const { 'keras-mnist-mlp-hritik/mnist_model': calls } = JSON.parse(
        readFileSync(new URL('third-party.json', goldens), 'utf8'),
      );
      const [{ inputs, outputs }] = calls;
      const model = await loadModel(path);
      const predicted = await model.predict(toHost(inputs.flatten_input));
      expect(largest(await predicted.data(), outputs.dense_1.data)).toBeLessThan(1e-5);
      expect(model.compilation.options).toMatchObject({ metrics: expect.anything() });
    });
  },
);
