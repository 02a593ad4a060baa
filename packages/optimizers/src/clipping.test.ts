import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { scalar, tensor } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { clipByGlobalNorm, clipByNorm, clipByValue, globalNorm } from './index.ts';

const grads = { kernel: tensor([[3, -4]]), bias: tensor([0.5]) };

describe('clipByValue', () => {
  test('clamps every element to [-clipvalue, clipvalue]', async () => {
    const clipped = clipByValue(grads, 2);
    expect([await clipped.kernel.array(), await clipped.bias.array()]).toEqual([[[2, -2]], [0.5]]);
  });
});

describe('clipByNorm', () => {
  test('scales down each tensor whose norm exceeds the limit', async () => {
    const clipped = clipByNorm(grads, 2.5);
    expect([await clipped.kernel.array(), await clipped.bias.array()]).toEqual([[[1.5, -2]], [0.5]]);
  });

  test('leaves a tensor of zeros unchanged', async () => {
    expect(await clipByNorm(tensor([0, 0]), 1).array()).toEqual([0, 0]);
  });
});

describe('clipByGlobalNorm', () => {
  const long = { kernel: tensor([[3, -4]]), bias: tensor([12]) };

  test('scales all tensors by one factor', async () => {
    const clipped = clipByGlobalNorm(long, 6.5);
    assertArraysClose([...(await clipped.kernel.data()), await clipped.bias.item()], [1.5, -2, 6], { rtol: 1e-6 });
  });

  test('leaves gradients unchanged if their joint norm is 0 or otherwise below the limit', async () => {
    assertArraysClose(await clipByGlobalNorm(long, 20).kernel.data(), [3, -4], { rtol: 1e-6 });
    expect(await clipByGlobalNorm(tensor([0]), 1).array()).toEqual([0]);
  });

  test('returns NaN for all elements of all tensors when one element is infinite', async () => {
    const clipped = clipByGlobalNorm({ ...long, bias: tensor([Number.POSITIVE_INFINITY]) }, 1);
    expect(await clipped.kernel.array()).toEqual([[Number.NaN, Number.NaN]]);
  });
});

describe('globalNorm', () => {
  test('returns the Euclidean norm of the elements of all tensors together', async () => {
    expect(await globalNorm([tensor([3]), { deep: scalar(4) }]).item()).toBe(5);
    expect(await globalNorm({}).item()).toBe(0);
  });
});
