import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { arange, inspect, jit, ones, reshape, type Tensor, tensor, transpose, zeros } from '@manabi/core';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, type Layer, layers, setRandomSeed } from '../../index.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

function counting(...shape: number[]): Tensor {
  const size = shape.reduce((a, b) => a * b);
  return reshape(arange(0, size, 1, { dtype: 'float32' }), shape);
}

function withWeights<L extends Layer>(layer: L, shape: readonly (number | null)[], weights: readonly Tensor[]): L {
  layer.ensureBuilt({ shape, dtype: 'float32' });
  layer.setWeights(weights);
  return layer;
}

describe('conv2d', () => {
  test('correlates images with filters, without flipping them', async () => {
    const layer = withWeights(
      layers.conv2d({ filters: 1, kernelSize: 2 }),
      [null, 3, 3, 1],
      [reshape(tensor([1, 10, 100, 1000]), [2, 2, 1, 1]), tensor([0.5])],
    );
    const y = layer.apply(counting(1, 3, 3, 1));
    expect(await y.data()).toEqual(new Float32Array([4310.5, 5421.5, 7643.5, 8754.5]));
    expect(y.shape).toEqual([1, 2, 2, 1]);
  });

  test('has a kernel [height, width, channels / groups, filters], and channels are last', () => {
    const layer = layers.conv2d({ filters: 6, kernelSize: [3, 5], groups: 2 });
    expect(layer.apply(layers.input({ shape: [8, 9, 4] })).shape).toEqual([null, 6, 5, 6]);
    expect(layer.weights.map(({ path, shape }) => [path, shape])).toEqual([
      ['conv2d/kernel', [3, 5, 2, 6]],
      ['conv2d/bias', [6]],
    ]);
  });

  test('padding "same" adds the extra zero at the end: 0 before and 1 after for stride 2, even length and size 3', async () => {
    const layer = withWeights(
      layers.conv2d({
        filters: 1,
        kernelSize: [1, 3],
        strides: [1, 2],
        padding: 'same',
        useBias: false,
      }),
      [null, 1, 4, 1],
      [reshape(tensor([1, 10, 100]), [1, 3, 1, 1])],
    );
    const y = layer.apply(reshape(tensor([1, 2, 3, 4]), [1, 1, 4, 1]));
    expect(await y.data()).toEqual(new Float32Array([321, 43]));
  });

  test('computes the same values with channelsFirst as with channelsLast', async () => {
    const x = counting(2, 5, 4, 3);
    const options = { filters: 2, kernelSize: 3, padding: 'same', activation: 'tanh' } as const;
    const last = layers.conv2d(options);
    const y = last.apply(x);
    const first = layers.conv2d({ ...options, dataFormat: 'channelsFirst' });
    first.ensureBuilt({ shape: [null, 3, 5, 4], dtype: 'float32' });
    first.setWeights(last.weights.map(({ value }) => value));
    const z = first.apply(transpose(x, [0, 3, 1, 2]));
    expect(await transpose(z, [0, 2, 3, 1]).data()).toEqual(await y.data());
  });

  test('accepts images of unknown size', () => {
    const x = layers.input({ shape: [null, null, 3] });
    expect(layers.conv2d({ filters: 4, kernelSize: 3, strides: 2 }).apply(x).shape).toEqual([null, null, null, 4]);
  });

  test('compiles to a single step of the plan, without separate steps that transpose images', async () => {
    const layer = layers.conv2d({
      filters: 8,
      kernelSize: 3,
      activation: 'relu',
    });
    layer.ensureBuilt({ shape: [null, 28, 28, 4], dtype: 'float32' });
    // Setting the weights keeps their initialization out of the compiled function.
    layer.setWeights([ones([3, 3, 4, 8]), zeros([8])]);
    const run = jit(function convolve(x: Tensor): Tensor {
      return layer.apply(x);
    });
    const steps = (await inspect(run, ones([2, 28, 28, 4]))).match(/step \d+: \w+/g);
    // A single step reads the windows from the input, multiplies, adds the bias, applies the activation and writes the result.
    expect(steps).toEqual([process.env.MANABI_ROUTINES === 'off' ? 'step 0: kernel' : 'step 0: dot']);
  });

  test('has sizes as lists in its config, and is restored from it', async () => {
    const config = layers
      .conv2d({
        filters: 4,
        kernelSize: 3,
        padding: 'same',
        dilationRate: [1, 2],
      })
      .getConfig();
    expect(config).toMatchObject({
      filters: 4,
      kernelSize: [3, 3],
      strides: [1, 1],
      padding: 'same',
      dataFormat: 'channelsLast',
      dilationRate: [1, 2],
      groups: 1,
      activation: 'linear',
      useBias: true,
    });
    expect((await layerFrom('Conv2D', config)).getConfig()).toEqual(config);
  });

  test('rejects filters larger than the image, groups that do not divide the channels, and inputs of wrong rank', () => {
    const image = layers.input({ shape: [4, 4, 3], name: 'pictures' });
    expect(() => layers.conv2d({ filters: 2, kernelSize: 5 }).apply(image)).toThrow(
      expect.objectContaining({
        code: 'shape',
        data: expect.objectContaining({ layer: 'conv2d', from: ['pictures'] }),
      }),
    );
    expect(() => layers.conv2d({ filters: 2, kernelSize: 2, groups: 2 }).apply(image)).toThrow(
      expect.objectContaining({
        code: 'shape',
        data: expect.objectContaining({ channels: 3, groups: 2 }),
      }),
    );
    expect(() => layers.conv2d({ filters: 3, kernelSize: 2, groups: 2 })).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: expect.objectContaining({ filters: 3 }),
      }),
    );
    expect(() => layers.conv2d({ filters: 2, kernelSize: [1, 2, 3] })).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: expect.objectContaining({ name: 'kernelSize' }),
      }),
    );
    expect(() => layers.conv2d({ filters: 2, kernelSize: 2 }).apply(layers.input({ shape: [4, 4] }))).toThrow(
      expect.objectContaining({ code: 'shape' }),
    );
  });
});

describe('conv1d', () => {
  test('padding "causal" adds dilation * (size - 1) zeros before the first step', async () => {
    const layer = withWeights(
      layers.conv1d({
        filters: 1,
        kernelSize: 2,
        dilationRate: 2,
        padding: 'causal',
        useBias: false,
      }),
      [null, 4, 1],
      [reshape(tensor([10, 1]), [2, 1, 1])],
    );
    const y = layer.apply(reshape(tensor([1, 2, 3, 4]), [1, 4, 1]));
    expect(await y.data()).toEqual(new Float32Array([1, 2, 13, 24]));
  });
});

describe('conv3d', () => {
  test('applies filters to volumes', async () => {
    const layer = layers.conv3d({
      filters: 5,
      kernelSize: 2,
      kernelInitializer: 'ones',
    });
    const y = layer.apply(ones([1, 3, 4, 5, 2]));
    expect(y.shape).toEqual([1, 2, 3, 4, 5]);
    expect(await y.data()).toEqual(new Float32Array(2 * 3 * 4 * 5).fill(16));
  });
});
