import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { grad, ones, reshape, sum, type Tensor, tensor } from '@manabi/core';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, layers, setRandomSeed } from '../../index.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

const image = layers.input({ shape: [5, 4, 3] });

describe('conv2dTranspose', () => {
  test('output length is length * stride for "same", and (length - 1) * stride + max(size, stride) for "valid"', () => {
    const shapeOf = (kernelSize: number, strides: number, padding: 'same' | 'valid') =>
      layers.conv2dTranspose({ filters: 2, kernelSize, strides, padding }).apply(image).shape;
    expect(shapeOf(3, 2, 'same')).toEqual([null, 10, 8, 2]);
    expect(shapeOf(2, 3, 'same')).toEqual([null, 15, 12, 2]);
    expect(shapeOf(5, 2, 'valid')).toEqual([null, 13, 11, 2]);
    expect(shapeOf(2, 3, 'valid')).toEqual([null, 15, 12, 2]);
  });

  test('with outputPadding and "same", output length is (length - 1) * stride + size - 2 * floor(size / 2) + outputPadding', () => {
    const options = { filters: 2, kernelSize: 3, strides: 2, padding: 'same' } as const;
    expect(layers.conv2dTranspose({ ...options, outputPadding: 0 }).apply(image).shape).toEqual([null, 9, 7, 2]);
    expect(layers.conv2dTranspose({ ...options, outputPadding: [1, 0] }).apply(image).shape).toEqual([null, 10, 7, 2]);
    expect(() => layers.conv2dTranspose({ ...options, outputPadding: 2 })).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name: 'outputPadding' }) }),
    );
  });

  test('has a kernel [height, width, filters, channels]', () => {
    const layer = layers.conv2dTranspose({ filters: 2, kernelSize: [3, 4] });
    layer.apply(image);
    expect(layer.weight('kernel').shape).toEqual([3, 4, 2, 3]);
  });

  test('equals the gradient of conv2d with respect to its images', async () => {
    const forward = layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: 'same', useBias: false });
    forward.apply(image);
    const back = layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', useBias: false });
    back.ensureBuilt({ shape: [null, 3, 2, 2], dtype: 'float32' });
    back.setWeights([forward.weight('kernel').value]);
    const gradient = grad((x: Tensor) => sum(forward.apply(x)))(ones([1, 6, 4, 3]));
    const expected = await gradient.data();
    expect(await back.apply(ones([1, 3, 2, 2])).data()).toEqual(expected);
  });
});

describe('depthwiseConv2d', () => {
  test('orders output channels by input channel, then by filter', async () => {
    const layer = layers.depthwiseConv2d({ kernelSize: 1, depthMultiplier: 2 });
    layer.ensureBuilt({ shape: [null, 1, 1, 2], dtype: 'float32' });
    layer.setWeights([reshape(tensor([1, 2, 30, 40]), [1, 1, 2, 2]), tensor([0, 0, 0, 0.5])]);
    expect(await layer.apply(reshape(tensor([1, 10]), [1, 1, 1, 2])).data()).toEqual(
      new Float32Array([1, 2, 300, 400.5]),
    );
  });
});

describe('separableConv2d', () => {
  test('applies strided filters per channel, then mixes channels and adds one bias', () => {
    const layer = layers.separableConv2d({ filters: 7, kernelSize: 3, strides: 2, depthMultiplier: 2 });
    expect(layer.apply(image).shape).toEqual([null, 2, 1, 7]);
    expect(layer.weights.map(({ name, shape }) => [name, shape])).toEqual([
      ['depthwise_kernel', [3, 3, 3, 2]],
      ['pointwise_kernel', [1, 1, 6, 7]],
      ['bias', [7]],
    ]);
  });
});

describe('adaptive pooling layers', () => {
  test('divide any input length into outputSize windows', async () => {
    const x = reshape(tensor([1, 2, 3, 4, 5]), [1, 5, 1]);
    expect(await layers.adaptiveAveragePooling1d({ outputSize: 2 }).apply(x).data()).toEqual(new Float32Array([2, 4]));
    expect(await layers.adaptiveMaxPooling1d({ outputSize: 3 }).apply(x).data()).toEqual(new Float32Array([2, 4, 5]));
    expect(layers.adaptiveMaxPooling2d({ outputSize: 2 }).apply(layers.input({ shape: [null, 9, 3] })).shape).toEqual([
      null,
      2,
      2,
      3,
    ]);
  });
});

describe('convolution and adaptive pooling layers', () => {
  test.each([
    layers.conv1dTranspose({ filters: 2, kernelSize: 3, outputPadding: 1, strides: 2 }),
    layers.conv3dTranspose({ filters: 2, kernelSize: 3 }),
    layers.depthwiseConv1d({ kernelSize: 3, depthMultiplier: 2 }),
    layers.separableConv1d({ filters: 2, kernelSize: 3, pointwiseInitializer: 'ones' }),
    layers.adaptiveAveragePooling3d({ outputSize: [1, 2, 3] }),
  ])('$className is restored from its config', async (layer) => {
    expect((await layerFrom(layer.className, layer.getConfig())).getConfig()).toEqual(layer.getConfig());
  });
});
