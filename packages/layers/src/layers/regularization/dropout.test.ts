import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { full, mean, ones, random, square, sub, sum, type Tensor, valueAndGrad } from '@manabi/core';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, input, type Layer, layers, setRandomSeed } from '../../index.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

function trained(layer: Layer, x: Tensor, seed = 7): Tensor {
  return layer.apply(x, { training: true, key: random.key(seed) });
}

async function distinct(x: Tensor): Promise<number[]> {
  return [...new Set(await x.data())].sort((a, b) => a - b);
}

describe('dropout', () => {
  test('scales kept elements by 1 / (1 - rate)', async () => {
    const y = trained(layers.dropout({ rate: 0.75 }), ones([100, 100]));
    expect(await distinct(y)).toEqual([0, 4]);
    expect(Math.abs((await mean(y).item()) - 1)).toBeLessThan(0.1);
  });

  test('returns its input at inference and with rate 0', async () => {
    const x = ones([3]);
    expect(layers.dropout({ rate: 0.5 }).apply(x)).toBe(x);
    expect(trained(layers.dropout({ rate: 0 }), x)).toBe(x);
  });

  test('drops all elements with rate 1, with a gradient of 0', async () => {
    const layer = layers.dropout({ rate: 1 });
    const [, gradient] = valueAndGrad((x: Tensor) => sum(trained(layer, x)))(ones([4]));
    expect(await trained(layer, ones([4])).array()).toEqual([0, 0, 0, 0]);
    expect(await gradient.array()).toEqual([0, 0, 0, 0]);
  });

  test('sets the gradients of dropped elements to zero', async () => {
    const layer = layers.dropout({ rate: 0.5 });
    const x = full([50], 3);
    const [, gradient] = valueAndGrad((given: Tensor) => sum(trained(layer, given)))(x);
    const y = await trained(layer, x).data();
    expect([...(await gradient.data())]).toEqual([...y].map((value) => value / 3));
  });

  test('null in noiseShape stands for the length of the input axis, and 1 drops the elements along an axis together', async () => {
    const y = trained(layers.dropout({ rate: 0.5, noiseShape: [null, 1] }), ones([40, 3]));
    const rows = await y.array();
    expect(Array.isArray(rows) && rows.every((row) => Array.isArray(row) && new Set(row).size === 1)).toBe(true);
    expect(await distinct(y)).toEqual([0, 2]);
  });

  test('rejects a noiseShape that does not broadcast to the input', () => {
    for (const noiseShape of [[2, 2], [1]]) {
      expect(() => trained(layers.dropout({ rate: 0.5, noiseShape }), ones([2, 3]))).toThrow(
        expect.objectContaining({
          code: 'shape',
          data: expect.objectContaining({ noiseShape, layer: expect.any(String) }),
        }),
      );
    }
  });

  test('draws a new mask in each call; equal keys produce equal masks, and different seeds different masks', async () => {
    const x = ones([64]);
    const layer = layers.dropout({ rate: 0.5 });
    const once = await layer.apply(x, { training: true }).array();
    expect(await layer.apply(x, { training: true }).array()).not.toEqual(once);
    expect(await trained(layer, x).array()).toEqual(await trained(layer, x).array());
    expect(await trained(layers.dropout({ rate: 0.5, seed: 1 }), x).array()).not.toEqual(
      await trained(layers.dropout({ rate: 0.5, seed: 2 }), x).array(),
    );
  });

  test('is restored from its config, and rejects invalid rates and seeds', async () => {
    const layer = layers.dropout({ rate: 0.25, noiseShape: [null, 1], seed: 4 });
    expect((await layerFrom('Dropout', layer.getConfig())).getConfig()).toEqual(layer.getConfig());
    for (const rate of [-0.1, 1.1, Number.NaN]) {
      expect(() => layers.dropout({ rate })).toThrow(expect.objectContaining({ code: 'argument' }));
    }
    expect(() => layers.dropout({ rate: 0.5, seed: -1 })).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

describe('spatial dropout', () => {
  test('drops whole channels of a sample', async () => {
    const cases: readonly (readonly [Layer, readonly number[]])[] = [
      [layers.spatialDropout1d({ rate: 0.5 }), [1]],
      [layers.spatialDropout2d({ rate: 0.5 }), [1, 2]],
      [layers.spatialDropout2d({ rate: 0.5, dataFormat: 'channelsFirst' }), [2, 3]],
      [layers.spatialDropout3d({ rate: 0.5 }), [1, 2, 3]],
    ];
    for (const [layer, space] of cases) {
      const shape = Array.from({ length: space.length + 2 }, (_, axis) => (space.includes(axis) ? 2 : 16));
      const y = trained(layer, ones(shape));
      expect(await distinct(y)).toEqual([0, 2]);
      // All elements of a channel of a sample are equal.
      expect(await sum(square(sub(y, mean(y, space, { keepdims: true })))).item()).toBe(0);
    }
  });

  test('rejects inputs of the wrong rank', () => {
    expect(() => layers.spatialDropout2d({ rate: 0.5 }).apply(input({ shape: [3, 2] }))).toThrow(
      expect.objectContaining({ code: 'shape' }),
    );
  });
});
