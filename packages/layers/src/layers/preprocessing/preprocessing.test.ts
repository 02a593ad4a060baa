import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { arange, hostArray, ones, reshape, type Tensor, tensor } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, input, layers } from '../../index.ts';

beforeEach(clearSession);

async function expectClose(actual: Tensor, expected: readonly number[]) {
  assertArraysClose(await actual.data(), expected, { rtol: 1e-5, atol: 1e-6 });
}

describe('rescaling', () => {
  test('converts uint8 to float32', async () => {
    const y = layers.rescaling({ scale: 1 / 255, offset: -1 }).apply(tensor(Uint8Array.of(0, 255)));
    expect(y.dtype).toBe('float32');
    await expectClose(y, [-1, 0]);
  });
});

describe('resizing', () => {
  test('defaults to bilinear interpolation with half-pixel centers and no antialiasing', async () => {
    const row = reshape(arange(8), [1, 1, 8, 1]);
    await expectClose(layers.resizing({ height: 1, width: 2 }).apply(row), [1.5, 5.5]);
    expect(layers.resizing({ height: 1, width: 2 }).getConfig()).toMatchObject({
      interpolation: 'bilinear',
      antialias: false,
    });
  });

  test('returns rounded uint8 for uint8 images', async () => {
    const row = tensor(Uint8Array.of(0, 255), { shape: [1, 1, 2, 1] });
    const y = layers.resizing({ height: 1, width: 4 }).apply(row);
    expect(y.dtype).toBe('uint8');
    await expectClose(y, [0, 64, 191, 255]);
  });

  test('accepts batches, single images and unknown sizes', () => {
    const layer = layers.resizing({ height: 5, width: 6 });
    expect(layer.apply(input({ shape: [null, null, 3] })).shape).toEqual([null, 5, 6, 3]);
    expect(layer.apply(ones([9, 9, 3])).shape).toEqual([5, 6, 3]);
  });

  test('rejects cropToAspectRatio together with padToAspectRatio', () => {
    expect(() => layers.resizing({ height: 1, width: 1, cropToAspectRatio: true, padToAspectRatio: true })).toThrow(
      expect.objectContaining({ code: 'argument' }),
    );
  });
});

describe('centerCrop', () => {
  test('crops to the center, and removes the extra row or column of an odd margin at the end', async () => {
    const row = reshape(arange(5), [1, 1, 5, 1]);
    await expectClose(layers.centerCrop({ height: 1, width: 2 }).apply(row), [1, 2]);
  });

  test('resizes the largest centered region with the target aspect ratio if an image is too small', () => {
    expect(layers.centerCrop({ height: 4, width: 4 }).apply(ones([1, 2, 8, 1])).shape).toEqual([1, 4, 4, 1]);
  });
});

describe('normalization', () => {
  const data = tensor([
    [1, 5],
    [3, 5],
  ]);

  test('divides by the square root of the biased variance, or by 1e-7 if that is larger', async () => {
    const layer = layers.normalization();
    await layer.adapt(data);
    await expectClose(
      layer.apply(
        tensor([
          [2, 5],
          [4, 5],
        ]),
      ),
      [0, 0, 2, 0],
    );
    expect(await layer.apply(tensor([[2, 6]])).array()).toEqual([[0, 1e7]]);
  });

  test('adapt computes the same mean and variance from batches as from all data together, for tensors and host arrays', async () => {
    const whole = layers.normalization();
    await whole.adapt(
      tensor([
        [1, 4],
        [2, 8],
        [6, 9],
      ]),
    );
    const parts = layers.normalization();
    await parts.adapt([hostArray('float32', [2, 2], Float32Array.of(1, 4, 2, 8)), tensor([[6, 9]])]);
    for (const name of ['mean', 'variance']) {
      await expectClose(parts.weight(name).value, [...(await whole.weight(name).value.data())]);
    }
    expect(whole.weights.map(({ name, dtype }) => [name, dtype])).toEqual([
      ['mean', 'float32'],
      ['variance', 'float32'],
      ['count', 'int32'],
    ]);
    expect(whole.trainableWeights).toEqual([]);
  });

  test('computes one mean of all elements with axis: null, and restores original values with invert: true', async () => {
    const layer = layers.normalization({ axis: null, invert: true });
    await layer.adapt(tensor([[0, 4]]));
    await expectClose(layer.apply(tensor([[-1, 1]])), [0, 4]);
  });

  test('has no weights if mean and variance are given, and rejects a mean without a variance', async () => {
    const layer = layers.normalization({ mean: [1, 2], variance: [4, 9] });
    await expectClose(layer.apply(tensor([[3, 5]])), [1, 1]);
    expect(layer.weights).toEqual([]);
    expect((await layerFrom('Normalization', layer.getConfig())).getConfig()).toEqual(layer.getConfig());
    await expect(layer.adapt(data)).rejects.toMatchObject({ code: 'argument' });
    expect(() => layers.normalization({ mean: 1 })).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('adapt rejects empty data, and data whose shape does not match the built layer', async () => {
    await expect(layers.normalization().adapt([])).rejects.toMatchObject({ code: 'argument' });
    const layer = layers.normalization();
    await layer.adapt(data);
    await expect(layer.adapt(ones([2, 3]))).rejects.toMatchObject({ code: 'shape' });
  });
});

describe('categoryEncoding', () => {
  const x = tensor(Int32Array.of(0, 2, 2, 1), { shape: [2, 2] });

  test('encodes indices as multiHot, count, weighted count and oneHot', async () => {
    const encoded = (outputMode: 'multiHot' | 'count' | 'oneHot') =>
      layers.categoryEncoding({ numTokens: 3, outputMode });
    expect(await layers.categoryEncoding({ numTokens: 3 }).apply(x).array()).toEqual([
      [1, 0, 1],
      [0, 1, 1],
    ]);
    const twice = tensor(Int32Array.of(2, 2), { shape: [1, 2] });
    expect(await encoded('count').apply(twice).array()).toEqual([[0, 0, 2]]);
    expect(
      await encoded('count')
        .apply([twice, tensor([[0.5, 0.25]])])
        .array(),
    ).toEqual([[0, 0, 0.75]]);
    expect(await encoded('oneHot').apply(twice).array()).toEqual([
      [
        [0, 0, 1],
        [0, 0, 1],
      ],
    ]);
    expect(encoded('oneHot').apply(input({ shape: [1], dtype: 'int32' })).shape).toEqual([null, 3]);
  });

  test('rejects weights unless outputMode is count', () => {
    expect(() => layers.categoryEncoding({ numTokens: 3 }).apply([x, x])).toThrow(
      expect.objectContaining({ code: 'argument' }),
    );
  });
});
