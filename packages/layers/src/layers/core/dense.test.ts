import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { tensor } from '@manabi/core';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, layers, setRandomSeed } from '../../index.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

describe('dense', () => {
  test('computes activation(x · kernel + bias)', async () => {
    const layer = layers.dense({ units: 2, activation: 'relu' });
    layer.ensureBuilt({ shape: [null, 3], dtype: 'float32' });
    layer.setWeights([tensor([[1, 0], [0, 1], [1, -1]]), tensor([0.5, -0.5])]); // biome-ignore format: a matrix
    expect(await layer.apply(tensor([[1, 2, 3]])).array()).toEqual([[4.5, 0]]);
  });

  test('has a kernel [inputs, units] and a bias [units] initialized to zeros', async () => {
    const layer = layers.dense({ units: 4 });
    layer.apply(tensor([[1, 2, 3]]));
    expect(layer.weights.map(({ path, shape }) => [path, shape])).toEqual([
      ['dense/kernel', [3, 4]],
      ['dense/bias', [4]],
    ]);
    expect(await layer.weight('bias').value.array()).toEqual([0, 0, 0, 0]);
  });

  test('has no bias with useBias: false', () => {
    const layer = layers.dense({ units: 4, useBias: false });
    layer.apply(tensor([[1, 2, 3]]));
    expect(layer.weights.map(({ name }) => name)).toEqual(['kernel']);
  });

  test('applies to the last axis of inputs of any rank', () => {
    const x = layers.input({ shape: [7, 3] });
    expect(layers.dense({ units: 5 }).apply(x).shape).toEqual([null, 7, 5]);
  });

  test('is restored from its config', async () => {
    const layer = layers.dense({
      units: 4,
      activation: 'gelu',
      kernelInitializer: 'heNormal',
      kernelRegularizer: 'l2',
    });
    const config = layer.getConfig();
    expect(config).toMatchObject({
      name: 'dense',
      units: 4,
      activation: 'gelu',
      kernelInitializer: { className: 'HeNormal', config: { seed: null } },
      kernelRegularizer: { className: 'L2', config: { l2: 0.01 } },
      biasRegularizer: null,
    });
    expect((await layerFrom('Dense', config)).getConfig()).toEqual(config);
  });

  test('reports its name and the source of the input in shape errors', () => {
    const scalars = layers.input({ shape: [], name: 'prices' });
    expect(() => layers.dense({ units: 4 }).apply(scalars)).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ layer: 'dense', from: 'prices' }) }),
    );
    const layer = layers.dense({ units: 4 });
    layer.apply(tensor([[1, 2, 3]]));
    expect(() => layer.apply(tensor([[1, 2]]))).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ layer: 'dense_1', shape: [1, 2] }) }),
    );
  });

  test('rejects zero units and suggests the nearest name for misspelled options', () => {
    expect(() => layers.dense({ units: 0 })).toThrow(expect.objectContaining({ code: 'argument' }));
    const misspelled: { readonly units: number } = Object.assign({ units: 1 }, { activaton: 'relu' });
    expect(() => layers.dense(misspelled)).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: expect.objectContaining({ name: 'activaton', nearest: ['activation'] }),
      }),
    );
    expect(() => layers.dense({ units: 1, activation: 'rleu' })).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ nearest: expect.arrayContaining(['relu']) }) }),
    );
  });
});
