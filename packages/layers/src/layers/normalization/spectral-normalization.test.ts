import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { random, tensor, zeros } from '@manabi/core';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, layers, setRandomSeed } from '../../index.ts';
import { runLayer } from '../../networks/run.ts';
import { valuesOf } from '../../networks/values.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

const x = tensor([[1, 2]]);

describe('spectralNormalization', () => {
  test('scales the kernel in training to a largest singular value of 1, and keeps the scaled kernel for inference', async () => {
    const layer = layers.spectralNormalization({
      layer: layers.dense({ units: 2, useBias: false }),
      powerIterations: 30,
    });
    layer.ensureBuilt({ shape: [null, 2], dtype: 'float32' });
    layer.setWeights([
      tensor([
        [3, 0],
        [0, -4],
      ]),
      random.normal(random.key(1), [1, 2]),
    ]);
    const y = await layer.apply(x, { training: true }).data();
    expect(y[0]).toBeCloseTo(0.75, 4);
    expect(y[1]).toBeCloseTo(-2, 4);
    const [kernel] = await layer.getWeights();
    expect(kernel.data[3]).toBeCloseTo(-1, 4);
    expect([...(await layer.apply(x).data())]).toEqual([...y]);
  });

  test('updates kernel and vector_u in training only', () => {
    const layer = layers.spectralNormalization({ layer: layers.dense({ units: 2 }) });
    layer.ensureBuilt({ shape: [null, 2], dtype: 'float32' });
    expect(layer.weights.map(({ name, trainable }) => [name, trainable])).toEqual([
      ['kernel', true],
      ['vector_u', false],
      ['bias', true],
    ]);
    const { updates } = runLayer(layer, valuesOf(layer), x, { training: true });
    const names = Object.keys(updates).map((path) => path.split('/').at(-1));
    expect(names.sort()).toEqual(['kernel', 'vector_u']);
    expect(runLayer(layer, valuesOf(layer), x).updates).toEqual({});
  });

  test('leaves a zero kernel unchanged', async () => {
    const layer = layers.spectralNormalization({ layer: layers.dense({ units: 2, kernelInitializer: 'zeros' }) });
    expect(await layer.apply(x, { training: true }).array()).toEqual([[0, 0]]);
  });

  test('can wrap an embedding layer', async () => {
    const layer = layers.spectralNormalization({ layer: layers.embedding({ inputDim: 3, outputDim: 2 }) });
    const y = layer.apply(zeros([1, 2], { dtype: 'int32' }), { training: true });
    expect(y.shape).toEqual([1, 2, 2]);
  });

  test('is restored from its config, and rejects a layer without a kernel', async () => {
    const layer = layers.spectralNormalization({ layer: layers.dense({ units: 2 }), powerIterations: 2 });
    expect((await layerFrom('SpectralNormalization', layer.getConfig())).getConfig()).toEqual(layer.getConfig());
    expect(() => layers.spectralNormalization({ layer: layers.reLU() }).apply(x)).toThrow(
      expect.objectContaining({ code: 'argument' }),
    );
  });
});
