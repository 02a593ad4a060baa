import '@manabi/backend-cpu/register';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/core';
import { layers, type Model, sequential, setRandomSeed } from '@manabi/layers';
import { exportOnnx } from '@manabi/onnx';
import { exportSavedModel, saveModel } from '@manabi/serialization';
import { batcher } from '../batcher/batcher.ts';
import { openPredictor } from './open-predictor.ts';

let folder = '';
let model: Model;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manabi-serve-'));
  setRandomSeed(1);
  model = sequential([layers.dense({ units: 4, activation: 'relu', inputShape: [3] }), layers.dense({ units: 2 })]);
  await saveModel(model, join(folder, 'model.keras'));
  await saveModel(model, join(folder, 'model.h5'));
  await exportOnnx(model, join(folder, 'model.onnx'));
  await exportSavedModel(model, join(folder, 'saved'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const x = hostArray(
  'float32',
  [5, 3],
  Float32Array.from({ length: 15 }, (_, i) => Math.cos(i)),
);

describe('openPredictor', () => {
  test.each(['model.keras', 'model.h5', 'model.onnx', 'saved'])(
    'opens %s, and predicts what the model predicts',
    async (name) => {
      const predictor = await openPredictor(join(folder, name), { classNames: ['a', 'b'] });
      expect(predictor).toMatchObject({ independentRows: true, fixedBatch: null, classNames: ['a', 'b'] });
      expect(predictor.inputs.map(({ element, shape }) => [element, shape])).toEqual([['FP32', [null, 3]]]);
      expect(predictor.outputs.map(({ element, shape }) => [element, shape])).toEqual([['FP32', [null, 2]]]);
      await predictor.warmUp([1, 2, 4]);
      const { predict } = batcher(predictor.predict, { maxBatchSize: 4 });
      const [answer] = await predict([x]);
      const expected = await (await model.predict(x)).data();
      expect(answer.shape).toEqual([5, 2]);
      answer.data.forEach((value, i) => {
        expect(value).toBeCloseTo(Number(expected[i]), 5);
      });
      await predictor.close();
    },
  );

  test('rejects missing files, files of other formats, and unknown signatures', async () => {
    await writeFile(join(folder, 'notes.txt'), 'hello');
    await expect(openPredictor(join(folder, 'none.keras'))).rejects.toMatchObject({ code: 'notFound' });
    await expect(openPredictor(join(folder, 'notes.txt'))).rejects.toMatchObject({ name: 'FileError' });
    await expect(openPredictor(join(folder, 'saved'), { signature: 'serving' })).rejects.toMatchObject({
      code: 'argument',
      data: { signature: 'serving' },
    });
    await expect(openPredictor(join(folder, 'model.keras'), { labels: [] } as object)).rejects.toMatchObject({
      code: 'argument',
      data: { name: 'labels' },
    });
  });
});
