import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, expect, test } from '@jest/globals';
import { hostArray, type Tensor } from '@manabi/core';
import { type CallContext, clearSession, type Layer, layers, Model, register } from '@manabi/layers';
import { describeWithShared } from '@manabi/testing';
import { loadModel, saveModelBytes } from './index.ts';

beforeEach(clearSession);

/** Model from a test of Keras, with layers in lists of lists. */
class NestedDenseModel extends Model {
  static override readonly className: string = 'NestedDenseModel';
  readonly blocks: readonly (readonly [Layer])[];
  readonly out = layers.dense({ units: 2 });

  constructor({ num = 3, ...options }: { readonly num?: number; readonly name?: string } = {}) {
    super(options, { num });
    this.blocks = Array.from({ length: num }, () => [layers.dense({ units: 4, useBias: false })] as const);
  }

  override call(x: Tensor, context: CallContext): Tensor {
    return this.out.apply(
      this.blocks.reduce<Tensor>((value, [layer]) => layer.apply(value, context), x),
      context,
    );
  }
}

describeWithShared('loadModel: third-party models for MNIST', 'data/mnist/t10k-images-idx3-ubyte.gz', (path) => {
  const pixels = gunzipSync(readFileSync(path)).subarray(16);
  const digits = gunzipSync(readFileSync(join(path, '../t10k-labels-idx1-ubyte.gz'))).subarray(8);
  const count = 1000;

  test.each([
    ['keras/mnist-ann-amd36.keras', [784]],
    ['keras-h5/mnist_cnn-kaship8.h5', [28, 28, 1]],
  ])('%s classifies more than 90 %% of the digits correctly', async (file, shape) => {
    const model = await loadModel(join(path, '../../formats', file));
    const scaled = Float32Array.from(pixels.subarray(0, count * 784), (pixel) => pixel / 255);
    const scores = await (await model.predict(hostArray('float32', [count, ...shape], scaled))).data();
    let right = 0;
    for (let i = 0; i < count; i++) {
      const row = Array.from(scores.slice(10 * i, 10 * i + 10));
      if (row.indexOf(Math.max(...row)) === digits[i]) right++;
    }
    expect(right / count).toBeGreaterThan(0.9);
  });
});

describeWithShared('loadModel: a third-party model in two formats', 'data/formats/keras', (folder) => {
  test('returns models with the same layers from the .keras and the .h5 file', async () => {
    const [keras, h5] = await Promise.all(
      ['text-ajaycharan.keras', 'text-ajaycharan.h5'].map((name) => loadModel(join(folder, name))),
    );
    expect(h5.getConfig()).toEqual(keras.getConfig());
    expect(h5.countParams()).toBe(keras.countParams());
  });
});

describeWithShared('loadModel: a third-party model of a custom class', 'data/formats/keras', (folder) => {
  test('returns an instance of the registered class, with weights in the layout before Keras 3.15', async () => {
    register('layer', 'NestedDenseModel', NestedDenseModel);
    const model = await loadModel(join(folder, 'keras-team-nested_container.keras'));
    expect(model).toBeInstanceOf(NestedDenseModel);
    const before = await model.getWeights();
    expect(before.map(({ shape }) => shape)).toEqual([[4, 4], [4, 4], [4, 4], [4, 2], [2]]);
    // All elements of this kernel are the same number in the file.
    expect(new Set(before[1].data).size).toBe(1);
    const again = await loadModel(await saveModelBytes(model));
    expect(await again.getWeights()).toEqual(before);
  });
});
