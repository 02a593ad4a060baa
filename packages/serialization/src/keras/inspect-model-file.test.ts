import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { layers, sequential } from '@manabi/layers';
import { describeWithShared } from '@manabi/testing';
import { inspectModelFile, loadModel, saveModelBytes } from './index.ts';

const golden = (file: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`./goldens/${file}`, import.meta.url)));

describe('inspectModelFile', () => {
  test('reports layers, weights, optimizer and versions of a .keras file', async () => {
    const bytes = golden('trained-adam.keras');
    const report = await inspectModelFile(bytes);
    expect(report).toMatchObject({
      format: 'keras',
      bytes: bytes.length,
      kerasVersion: '3.15.1',
      producer: null,
      model: {
        className: 'Sequential',
        layers: [{ className: 'InputLayer' }, { name: 'dense', className: 'Dense' }, { name: 'dense_1' }],
      },
      compile: { optimizer: { class_name: 'Adam' }, loss: 'mse', metrics: ['mae'] },
    });
    expect(report.weights).toEqual([
      { place: 'layers/dense/vars/0', layer: 'dense', dtype: 'float32', shape: [4, 3], bytes: 48 },
      { place: 'layers/dense/vars/1', layer: 'dense', dtype: 'float32', shape: [3], bytes: 12 },
      { place: 'layers/dense_1/vars/0', layer: 'dense_1', dtype: 'float32', shape: [3, 2], bytes: 24 },
      { place: 'layers/dense_1/vars/1', layer: 'dense_1', dtype: 'float32', shape: [2], bytes: 8 },
    ]);
    expect(report.optimizer).toHaveLength(10);
  });

  test('reports the layers of nested models', async () => {
    const { model } = await inspectModelFile(golden('deep.keras'));
    const frames = model?.layers.find(({ className }) => className === 'TimeDistributed');
    expect(frames).toMatchObject({ name: 'time_distributed' });
    const head = (await inspectModelFile(golden('nested.keras'))).model?.layers.find(({ name }) => name === 'head');
    expect(head?.layers.map(({ className }) => className)).toEqual(['InputLayer', 'Dense', 'Dense']);
  });
});

describe('the option metadata of saveModel', () => {
  const model = () => sequential([layers.dense({ units: 1, inputShape: [2] })]);
  const metadata = { task: 'images', classNames: ['猫', 'dog'], nested: { mean: [0.1, -2e-9], none: null } };

  test('stores a JSON object, which inspectModelFile returns', async () => {
    const bytes = await saveModelBytes(model(), { metadata });
    expect((await inspectModelFile(bytes)).metadata).toEqual(metadata);
    expect((await loadModel(bytes)).countParams()).toBe(3);
    expect((await inspectModelFile(await saveModelBytes(model()))).metadata).toBeNull();
  });

  test('is rejected for .h5, which cannot contain it, and for values that are not JSON', async () => {
    await expect(saveModelBytes(model(), { metadata, format: 'h5' })).rejects.toMatchObject({ code: 'argument' });
    for (const wrong of [[1], { mean: Number.NaN }, { date: new Date(0) }, { fit: () => 1 }, { none: undefined }]) {
      // The types exclude these values.
      await expect(saveModelBytes(model(), { metadata: wrong as never })).rejects.toMatchObject({ code: 'argument' });
    }
  });
});

describeWithShared('inspectModelFile: third-party files', 'data/formats/keras', (folder) => {
  test('reports the layers and weights of a file even if a layer class is unknown', async () => {
    const report = await inspectModelFile(join(folder, 'keras-team-nested_container.keras'));
    expect(report.model).toMatchObject({ className: 'NestedDenseModel' });
    expect(report.weights.length).toBeGreaterThan(0);
  });

  test('reports the layers and weights of an .h5 file of Keras 2', async () => {
    const report = await inspectModelFile(join(folder, '../keras-h5/mnist_cnn-kaship8.h5'));
    expect(report).toMatchObject({ format: 'h5', model: { className: 'Sequential' } });
    expect(report.weights[0]).toMatchObject({ layer: 'conv2d', dtype: 'float32' });
  });
});
