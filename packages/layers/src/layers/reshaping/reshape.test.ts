import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { arange, reshape, tensor } from '@manabi/core';
import { clearSession, input, layers } from '../../index.ts';

beforeEach(clearSession);

describe('flatten', () => {
  test('flattens in channels-last order, even if the input is channels-first', async () => {
    const images = reshape(arange(8), [1, 2, 2, 2]);
    expect(await layers.flatten().apply(images).array()).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]]);
    const first = layers.flatten({ dataFormat: 'channelsFirst' });
    expect(await first.apply(images).array()).toEqual([[0, 4, 1, 5, 2, 6, 3, 7]]);
  });

  test('returns [batch, 1] for inputs of shape [batch], and an unknown length for inputs with unknown lengths', () => {
    expect(layers.flatten().apply(tensor([1, 2])).shape).toEqual([2, 1]);
    expect(layers.flatten().apply(input({ shape: [2, 3] })).shape).toEqual([null, 6]);
    expect(layers.flatten().apply(input({ shape: [null, 3] })).shape).toEqual([null, null]);
  });

  test('rejects an unknown data format, and accepts the Keras spelling channels_first', () => {
    const wrong: { readonly dataFormat: 'channelsLast' } = JSON.parse('{ "dataFormat": "NHWC" }');
    expect(() => layers.flatten(wrong)).toThrow(expect.objectContaining({ code: 'argument' }));
    const keras: { readonly dataFormat: 'channelsFirst' } = JSON.parse('{ "dataFormat": "channels_first" }');
    expect(layers.flatten(keras).getConfig()).toMatchObject({ dataFormat: 'channelsFirst' });
  });
});

describe('reshape', () => {
  test('takes targetShape without the batch axis, and infers the length for -1', () => {
    const x = input({ shape: [6, 4] });
    expect(layers.reshape({ targetShape: [3, 8] }).apply(x).shape).toEqual([null, 3, 8]);
    expect(layers.reshape({ targetShape: [-1, 2] }).apply(x).shape).toEqual([null, 12, 2]);
    expect(layers.reshape({ targetShape: [-1, 4] }).apply(input({ shape: [null, 2, 2] })).shape).toEqual([
      null,
      null,
      4,
    ]);
  });

  test('rejects a targetShape with another number of elements, several -1, zeros or fractions', () => {
    expect(() => layers.reshape({ targetShape: [5] }).apply(input({ shape: [6], name: 'x' }))).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ targetShape: [5], layer: 'reshape' }) }),
    );
    for (const targetShape of [[-1, -1], [0], [1.5]]) {
      expect(() => layers.reshape({ targetShape })).toThrow(expect.objectContaining({ code: 'argument' }));
    }
  });
});

describe('permute', () => {
  test('counts dims from 1, without the batch', () => {
    expect(layers.permute({ dims: [2, 1] }).apply(input({ shape: [3, 4] })).shape).toEqual([null, 4, 3]);
    expect(layers.permute({ dims: [3, 1, 2] }).apply(input({ shape: [3, 4, 5] })).shape).toEqual([null, 5, 3, 4]);
  });

  test('rejects dims that are not a permutation, and inputs whose rank does not match dims', () => {
    for (const dims of [[0, 1], [1, 1], [2]]) {
      expect(() => layers.permute({ dims })).toThrow(expect.objectContaining({ code: 'argument' }));
    }
    expect(() => layers.permute({ dims: [2, 1] }).apply(input({ shape: [3] }))).toThrow(
      expect.objectContaining({ code: 'shape' }),
    );
  });
});

describe('repeatVector', () => {
  test('repeats a vector n times', async () => {
    expect(
      await layers
        .repeatVector({ n: 2 })
        .apply(tensor([[1, 2]]))
        .array(),
    ).toEqual([
      [
        [1, 2],
        [1, 2],
      ],
    ]);
  });
});

describe('zero padding and cropping', () => {
  test('zero padding defaults to 1 on all sides', () => {
    expect(layers.zeroPadding1d().apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2]);
    expect(layers.zeroPadding2d().apply(input({ shape: [4, 5, 3] })).shape).toEqual([null, 6, 7, 3]);
    expect(layers.zeroPadding3d().apply(input({ shape: [2, 2, 2, 1] })).shape).toEqual([null, 4, 4, 4, 1]);
  });

  test('accept margins as one number, one number per axis, or pairs', () => {
    expect(layers.zeroPadding2d({ padding: [1, 2] }).config.padding).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(
      layers.cropping2d({
        cropping: [
          [1, 0],
          [0, 2],
        ],
      }).config.cropping,
    ).toEqual([
      [1, 0],
      [0, 2],
    ]);
    expect(layers.cropping1d().config.cropping).toEqual([1, 1]);
    expect(layers.cropping2d().config.cropping).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test('zeroPadding1d adds steps of zeros before and after a sequence', async () => {
    expect(
      await layers
        .zeroPadding1d({ padding: [2, 1] })
        .apply(tensor([[[7]]]))
        .array(),
    ).toEqual([[[0], [0], [7], [0]]]);
  });

  test('reject a wrong number of margins, and negative margins', () => {
    expect(() => layers.zeroPadding2d({ padding: [1, 2, 3] })).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => layers.cropping1d({ cropping: -1 })).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('cropping1d rejects removing all steps', () => {
    expect(() => layers.cropping1d({ cropping: 2 }).apply(input({ shape: [4, 1] }))).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ axis: 1, layer: 'cropping1d' }) }),
    );
  });
});
