import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { grad, sum, type Tensor, tensor } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { clearSession, input, layers } from '../../index.ts';

beforeEach(clearSession);

async function expectClose(actual: Tensor, expected: readonly number[]) {
  assertArraysClose(await actual.data(), expected, { rtol: 1e-5, atol: 1e-6 });
}

describe('layerNormalization', () => {
  test('defaults to epsilon 0.001 and uses the biased variance', async () => {
    const layer = layers.layerNormalization();
    expect(layer.getConfig()).toMatchObject({ axis: -1, epsilon: 1e-3 });
    const unit = 1 / Math.sqrt(1 + 1e-3);
    await expectClose(layer.apply(tensor([[1, 3]])), [-unit, unit]);
    expect(layer.weights.map(({ name, shape }) => [name, shape])).toEqual([
      ['gamma', [2]],
      ['beta', [2]],
    ]);
  });

  test('has weights whose shape is the lengths of the normalized axes, in ascending order of axes', () => {
    const layer = layers.layerNormalization({ axis: [-1, 1] });
    layer.apply(input({ shape: [2, null, 3] }));
    expect(layer.weights.map(({ shape }) => shape)).toEqual([
      [2, 3],
      [2, 3],
    ]);
  });

  test('requires the lengths of the normalized axes to be known', () => {
    expect(layers.layerNormalization().apply(input({ shape: [null, 3] })).shape).toEqual([null, null, 3]);
    expect(() => layers.layerNormalization({ axis: 1 }).apply(input({ shape: [null, 3] }))).toThrow(
      expect.objectContaining({ code: 'shape' }),
    );
  });
});

describe('groupNormalization', () => {
  test('defaults to 32 groups and epsilon 0.001', () => {
    expect(layers.groupNormalization().getConfig()).toMatchObject({ groups: 32, axis: -1, epsilon: 1e-3 });
  });

  test('normalizes groups of adjacent features', async () => {
    const layer = layers.groupNormalization({ groups: 2, epsilon: 0 });
    await expectClose(layer.apply(tensor([[1, 3, 10, 30]])), [-1, 1, -1, 1]);
  });

  test('rejects a number of groups that does not divide the number of features', () => {
    expect(() => layers.groupNormalization({ groups: 3 }).apply(input({ shape: [4] }))).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ groups: 3 }) }),
    );
    expect(() => layers.groupNormalization({ groups: 0 })).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

describe('rmsNormalization', () => {
  test('defaults to epsilon 1e-6 and has one weight, scale', async () => {
    const layer = layers.rmsNormalization();
    expect(layer.getConfig()).toMatchObject({ axis: -1, epsilon: 1e-6 });
    await expectClose(layer.apply(tensor([[1, 7]])), [0.2, 1.4]);
    expect(layer.weights.map(({ name }) => name)).toEqual(['scale']);
  });
});

describe('unitNormalization', () => {
  test('divides vectors by their Euclidean norm', async () => {
    await expectClose(layers.unitNormalization().apply(tensor([[3, 4]])), [0.6, 0.8]);
  });

  test('returns zeros for a zero vector, with a finite gradient', async () => {
    const layer = layers.unitNormalization();
    await expectClose(layer.apply(tensor([[0, 0]])), [0, 0]);
    const gradient = grad((x: Tensor) => sum(layer.apply(x)))(tensor([[0, 0]]));
    expect([...(await gradient.data())].every(Number.isFinite)).toBe(true);
  });
});
