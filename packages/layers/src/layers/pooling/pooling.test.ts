import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { arange, ones, reshape, tensor } from '@manabi/core';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, layers, setRandomSeed, withMask } from '../../index.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

describe('pooling layers', () => {
  test('default to windows of size 2 that do not overlap', async () => {
    const x = reshape(arange(0, 16, 1, { dtype: 'float32' }), [1, 4, 4, 1]);
    expect(await layers.maxPooling2d().apply(x).data()).toEqual(new Float32Array([5, 7, 13, 15]));
    expect(await layers.averagePooling2d().apply(x).data()).toEqual(new Float32Array([2.5, 4.5, 10.5, 12.5]));
  });

  test('max pooling ignores "same" padding, even if all inputs are negative', async () => {
    const x = reshape(tensor([-3, -2, -5]), [1, 3, 1]);
    const y = layers.maxPooling1d({ poolSize: 2, padding: 'same' }).apply(x);
    expect(await y.data()).toEqual(new Float32Array([-2, -5]));
  });

  test('average pooling excludes "same" padding from the mean', async () => {
    const x = reshape(tensor([1, 2, 3, 4]), [1, 4, 1]);
    const y = layers.averagePooling1d({ poolSize: 3, strides: 2, padding: 'same' }).apply(x);
    expect(await y.data()).toEqual(new Float32Array([2, 3.5]));
  });

  test('pool the spatial axes and not the channels, with channels last or first', () => {
    const last = layers.input({ shape: [6, 8, 10, 3] });
    const first = layers.input({ shape: [3, 6, 8, 10] });
    expect(layers.maxPooling3d({ poolSize: [1, 2, 5] }).apply(last).shape).toEqual([null, 6, 4, 2, 3]);
    const options = { poolSize: 3, strides: 1, dataFormat: 'channelsFirst' as const };
    expect(layers.averagePooling3d(options).apply(first).shape).toEqual([null, 3, 4, 6, 8]);
  });

  test('are restored from their configs', async () => {
    const config = layers.averagePooling2d({ poolSize: [2, 3] }).getConfig();
    expect(config).toMatchObject({ poolSize: [2, 3], strides: [2, 3], padding: 'valid', dataFormat: 'channelsLast' });
    expect((await layerFrom('AveragePooling2D', config)).getConfig()).toEqual(config);
  });

  test('reject windows larger than the image', () => {
    expect(() => layers.maxPooling2d({ poolSize: 5 }).apply(layers.input({ shape: [4, 4, 1] }))).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ layer: 'max_pooling2d' }) }),
    );
  });
});

describe('global pooling layers', () => {
  test('reduce each sample to one number per channel', async () => {
    const x = reshape(arange(0, 8, 1, { dtype: 'float32' }), [1, 2, 2, 2]);
    expect(await layers.globalAveragePooling2d().apply(x).array()).toEqual([[3, 4]]);
    expect(await layers.globalMaxPooling2d({ keepdims: true }).apply(x).array()).toEqual([[[[6, 7]]]]);
    expect(await layers.globalMaxPooling2d({ dataFormat: 'channelsFirst' }).apply(x).array()).toEqual([[3, 7]]);
    expect(layers.globalAveragePooling3d().apply(layers.input({ shape: [null, null, null, 5] })).shape).toEqual([
      null,
      5,
    ]);
  });

  test('globalAveragePooling1d excludes masked steps from the mean', async () => {
    const x = withMask(tensor([[[1], [3], [100]]]), tensor([[true, true, false]]));
    const layer = layers.globalAveragePooling1d();
    expect(await layer.apply(x).array()).toEqual([[2]]);
    expect(
      await layers
        .globalAveragePooling1d()
        .apply(ones([2, 3, 4]))
        .array(),
    ).toEqual([
      [1, 1, 1, 1],
      [1, 1, 1, 1],
    ]);
  });
});
