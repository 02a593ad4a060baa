import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { arange, reshape, resize, type Tensor, tensor } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { clearSession, input, layers } from '../../index.ts';
import type { Interpolation } from '../preprocessing/interpolation.ts';

beforeEach(clearSession);

function row(...values: readonly number[]): Tensor {
  return tensor([...values]);
}

async function expectRow(actual: Tensor, expected: readonly number[]) {
  assertArraysClose(await actual.data(), expected, { rtol: 1e-5, atol: 1e-6 });
}

describe('upsampling layers', () => {
  test('default to nearest, which repeats pixels', async () => {
    const y = layers.upSampling2d().apply(tensor([[[[1], [2]]]]));
    expect(await y.array()).toEqual([
      [
        [[1], [1], [2], [2]],
        [[1], [1], [2], [2]],
      ],
    ]);
  });

  test('interpolate bilinearly with half-pixel centers', async () => {
    const y = layers.upSampling2d({ size: [1, 2], interpolation: 'bilinear' }).apply(tensor([[[[0], [4]]]]));
    expect(await y.array()).toEqual([[[[0], [1], [3], [4]]]]);
  });

  test('multiply the lengths of spatial axes, and keep unknown lengths unknown', () => {
    expect(layers.upSampling1d({ size: 3 }).apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2]);
    expect(layers.upSampling2d({ size: [2, 3] }).apply(input({ shape: [4, null, 2] })).shape).toEqual([
      null,
      8,
      null,
      2,
    ]);
    const first = layers.upSampling3d({ size: 2, dataFormat: 'channelsFirst' });
    expect(first.apply(input({ shape: [2, 1, 2, 3] })).shape).toEqual([null, 2, 2, 4, 6]);
  });

  test('reject an unknown interpolation', () => {
    const wrong: { readonly interpolation: Interpolation } = JSON.parse('{ "interpolation": "cubic" }');
    expect(() => layers.upSampling2d(wrong)).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

function resizeAxis(x: Tensor, axis: number, length: number, interpolation: Interpolation, antialias = false): Tensor {
  return resize(x, { axes: [axis], lengths: [length], interpolation, antialias });
}

describe('resize along one axis', () => {
  test('nearest reads position floor((i + 0.5) * ratio) of the input for position i of the output', async () => {
    // TensorFlow 1 and TensorFlow.js read floor(i * ratio): 0, 2, 5.
    await expectRow(resizeAxis(arange(8), 0, 3, 'nearest'), [1, 4, 6]);
  });

  test('bilinear reads position (i + 0.5) * ratio - 0.5 of the input, clamped to the image, for position i of the output', async () => {
    await expectRow(resizeAxis(row(0, 10), 0, 4, 'bilinear'), [0, 2.5, 7.5, 10]);
    await expectRow(resizeAxis(row(0, 1, 2, 3, 4, 5), 0, 2, 'bilinear'), [1, 4]);
  });

  test('bicubic uses the Keys kernel with a = -1/2 and excludes positions outside the image', async () => {
    // At 0.25 from the first pixel: (k(1.25) * 6) / (k(0.25) + k(1.25)), and so on.
    const expected = [-0.5294118, 1.0072993, 4.259542, 7.740458, 10.9927007, 12.5294118];
    await expectRow(resizeAxis(row(0, 6, 12), 0, 6, 'bicubic'), expected);
  });

  test('antialias averages all original pixels that a new pixel covers', async () => {
    await expectRow(resizeAxis(row(0, 0, 8, 8), 0, 1, 'bilinear', true), [4]);
    await expectRow(resizeAxis(row(8, 0, 0, 0), 0, 1, 'bilinear', true), [(8 * 0.625) / 3]);
  });

  test('lanczos preserves an image of one color', async () => {
    const x = reshape(tensor(new Float32Array(14).fill(3)), [2, 7]);
    for (const interpolation of ['lanczos3', 'lanczos5'] as const) {
      const y = resizeAxis(x, -1, 5, interpolation);
      expect(y.shape).toEqual([2, 5]);
      await expectRow(y, Array(10).fill(3));
    }
  });
});
