import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { arange, reshape, tensor } from '@manabi/core';
import { clearSession, input, layers } from '../../index.ts';

beforeEach(clearSession);

describe('flatten', () => {
  test('trap: row-major order of channels-last, also for channels-first inputs', async () => {
    const images = reshape(arange(8), [1, 2, 2, 2]);
    expect(await layers.flatten().apply(images).array()).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]]);
    const first = layers.flatten({ dataFormat: 'channelsFirst' });
    expect(await first.apply(images).array()).toEqual([[0, 4, 1, 5, 2, 6, 3, 7]]);
  });

  test('makes a column of single numbers, and knows no length of unknown ones', () => {
    expect(layers.flatten().apply(tensor([1, 2])).shape).toEqual([2, 1]);
    expect(layers.flatten().apply(input({ shape: [2, 3] })).shape).toEqual([null, 6]);
    expect(layers.flatten().apply(input({ shape: [null, 3] })).shape).toEqual([null, null]);
  });

  test('an unknown data format is refused, an old spelling understood', () => {
    const wrong: { readonly dataFormat: 'channelsLast' } = JSON.parse('{ "dataFormat": "NHWC" }');
    expect(() => layers.flatten(wrong)).toThrow(expect.objectContaining({ code: 'argument' }));
    const keras: { readonly dataFormat: 'channelsFirst' } = JSON.parse('{ "dataFormat": "channels_first" }');
    expect(layers.flatten(keras).getConfig()).toMatchObject({ dataFormat: 'channelsFirst' });
  });
});

describe('reshape', () => {
  test('trap: the target leaves the batch out; -1 is what is left', () => {
    const x = input({ shape: [6, 4] });
    expect(layers.reshape({ targetShape: [3, 8] }).apply(x).shape).toEqual([null, 3, 8]);
    expect(layers.reshape({ targetShape: [-1, 2] }).apply(x).shape).toEqual([null, 12, 2]);
    expect(layers.reshape({ targetShape: [-1, 4] }).apply(input({ shape: [null, 2, 2] })).shape).toEqual([
      null,
      null,
      4,
    ]);
  });

  test('shapes that do not hold the elements are refused, with both shapes', () => {
    expect(() => layers.reshape({ targetShape: [5] }).apply(input({ shape: [6], name: 'x' }))).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ targetShape: [5], layer: 'reshape' }) }),
    );
    for (const targetShape of [[-1, -1], [0], [1.5]]) {
      expect(() => layers.reshape({ targetShape })).toThrow(expect.objectContaining({ code: 'argument' }));
    }
  });
});

describe('permute', () => {
  test('trap: dims count from 1, without the batch', () => {
    expect(layers.permute({ dims: [2, 1] }).apply(input({ shape: [3, 4] })).shape).toEqual([null, 4, 3]);
    expect(layers.permute({ dims: [3, 1, 2] }).apply(input({ shape: [3, 4, 5] })).shape).toEqual([null, 5, 3, 4]);
  });

  test('dims from 0, or twice the same, are refused, and other ranks', () => {
    for (const dims of [[0, 1], [1, 1], [2]]) {
      expect(() => layers.permute({ dims })).toThrow(expect.objectContaining({ code: 'argument' }));
    }
    expect(() => layers.permute({ dims: [2, 1] }).apply(input({ shape: [3] }))).toThrow(
      expect.objectContaining({ code: 'shape' }),
    );
  });
});

describe('repeatVector', () => {
  test('makes n equal steps', async () => {
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
  test('pad 1 on all sides by default', () => {
    expect(layers.zeroPadding1d().apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2]);
    expect(layers.zeroPadding2d().apply(input({ shape: [4, 5, 3] })).shape).toEqual([null, 6, 7, 3]);
    expect(layers.zeroPadding3d().apply(input({ shape: [2, 2, 2, 1] })).shape).toEqual([null, 4, 4, 4, 1]);
  });

  test('a number, one for each axis, or pairs mean the same', () => {
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

  test('zeros come first and last', async () => {
    expect(
      await layers
        .zeroPadding1d({ padding: [2, 1] })
        .apply(tensor([[[7]]]))
        .array(),
    ).toEqual([[[0], [0], [7], [0]]]);
  });

  test('wrong margins are refused', () => {
    expect(() => layers.zeroPadding2d({ padding: [1, 2, 3] })).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => layers.cropping1d({ cropping: -1 })).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('cropping all of an axis is refused', () => {
    expect(() => layers.cropping1d({ cropping: 2 }).apply(input({ shape: [4, 1] }))).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ axis: 1, layer: 'cropping1d' }) }),
    );
  });
});
