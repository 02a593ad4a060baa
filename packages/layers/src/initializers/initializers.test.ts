import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { matmul, random, reshape, type Shape, transpose } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { initializers } from '../index.ts';
import type { Initializer } from './index.ts';
import { getInitializer, type InitializerIdentifier } from './table.ts';
import { fansOf } from './variance-scaling.ts';

const KEY = random.key(1);
const draw = (identifier: InitializerIdentifier, shape: Shape) =>
  getInitializer(identifier).draw(KEY, shape, 'float32');

async function momentsOf(identifier: InitializerIdentifier, shape: Shape) {
  const values = Array.from(await draw(identifier, shape).data(), Number);
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return { mean, std: Math.sqrt(variance), largest };
}

describe('constant initializers', () => {
  test('fill the weight with their value, and identity rejects a vector', async () => {
    expect(await draw('zeros', [2]).array()).toEqual([0, 0]);
    expect(await draw('ones', [2]).array()).toEqual([1, 1]);
    expect(await draw(initializers.constant({ value: 3 }), [2]).array()).toEqual([3, 3]);
    expect(await draw(initializers.identity({ gain: 2 }), [2, 3]).array()).toEqual([[2, 0, 0], [0, 2, 0]]); // biome-ignore format: a matrix
    expect(() => draw('identity', [2])).toThrow(expect.objectContaining({ code: 'shape' }));
  });
});

describe('random initializers', () => {
  const SHAPE = [200, 300];
  const limitOf = (variance: number) => Math.sqrt(3 * variance);

  test.each<[string, number]>([
    ['glorotUniform', 2 / 500],
    ['heUniform', 2 / 200],
    ['lecunUniform', 1 / 200],
  ])('%s is uniform with the documented variance', async (name, variance) => {
    const { mean, std, largest } = await momentsOf(name, SHAPE);
    expect(largest).toBeLessThanOrEqual(limitOf(variance));
    expect(largest).toBeGreaterThan(0.99 * limitOf(variance));
    expect(Math.abs(mean)).toBeLessThan(0.02 * Math.sqrt(variance));
    expect(std / Math.sqrt(variance)).toBeCloseTo(1, 1);
  });

  test.each<[string, number]>([
    ['glorotNormal', 2 / 500],
    ['heNormal', 2 / 200],
    ['lecunNormal', 1 / 200],
  ])(
    '%s draws from a normal distribution truncated at two deviations, with the documented variance',
    async (name, variance) => {
      const { std, largest } = await momentsOf(name, SHAPE);
      expect(std / Math.sqrt(variance)).toBeGreaterThan(0.99);
      expect(std / Math.sqrt(variance)).toBeLessThan(1.01);
      expect(largest).toBeLessThanOrEqual((2 * Math.sqrt(variance)) / 0.8796256610342398);
    },
  );

  test('randomNormal and truncatedNormal default to stddev 0.05, and randomUniform to [-0.05, 0.05)', async () => {
    expect((await momentsOf('randomNormal', SHAPE)).std).toBeCloseTo(0.05, 3);
    expect((await momentsOf('randomUniform', SHAPE)).largest).toBeLessThanOrEqual(0.05);
    const { std, largest } = await momentsOf('truncatedNormal', SHAPE);
    expect(largest).toBeLessThanOrEqual(0.1);
    expect(std).toBeCloseTo(0.05 * 0.8796, 3);
  });

  test('fansOf multiplies by the window size of a convolution kernel', () => {
    expect(fansOf([3, 5])).toEqual({ in: 3, out: 5 });
    expect(fansOf([3, 3, 16, 32])).toEqual({ in: 144, out: 288 });
    expect(fansOf([7])).toEqual({ in: 7, out: 7 });
    expect(fansOf([])).toEqual({ in: 1, out: 1 });
  });

  test('an initializer with a seed draws the same values for every key', async () => {
    const seeded = initializers.heNormal({ seed: 3 });
    const [a, b] = [seeded.draw(random.key(1), [4], 'float32'), seeded.draw(random.key(2), [4], 'float32')];
    expect(await a.data()).toEqual(await b.data());
    const free = initializers.heNormal();
    expect(await free.draw(random.key(2), [4], 'float32').data()).not.toEqual(
      await free.draw(random.key(1), [4], 'float32').data(),
    );
  });
});

describe('orthogonal', () => {
  test.each<[Shape]>([[[5, 5]], [[64, 64]], [[40, 7]], [[7, 40]], [[3, 4, 6]], [[1, 1]], [[1, 5]]])(
    'draws orthonormal columns or rows for shape %j',
    async (shape) => {
      const columns = shape[shape.length - 1];
      const rows = shape.slice(0, -1).reduce((product, length) => product * length, 1);
      const flat = draw(initializers.orthogonal({ gain: 2 }), shape);
      const matrix = reshape(flat, [rows, columns]);
      const products = rows >= columns ? matmul(transpose(matrix), matrix) : matmul(matrix, transpose(matrix));
      const size = Math.min(rows, columns);
      const expected = Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 4 : 0));
      assertArraysClose(await products.data(), expected, { atol: 2e-5 });
    },
  );

  test('draws matrices whose mean over many seeds is near zero', async () => {
    const sums = [0, 0, 0, 0];
    for (let seed = 0; seed < 200; seed++) {
      const q = await initializers.orthogonal({ seed }).draw(KEY, [2, 2], 'float32').data();
      for (let i = 0; i < 4; i++) sums[i] += q[i] / 200;
    }
    for (const mean of sums) expect(Math.abs(mean)).toBeLessThan(0.2);
  });
});

describe('getInitializer', () => {
  test('accepts Keras names in snake_case and camelCase, and suggests the nearest name for a typo', () => {
    const classes = [
      'glorot_uniform',
      'GlorotUniform',
      'uniform',
      'normal',
      'one',
      'zero',
      'leCunNormal',
      'IdentityInitializer',
    ];
    expect(classes.map((name) => getInitializer(name).className)).toEqual([
      'GlorotUniform',
      'GlorotUniform',
      'RandomUniform',
      'RandomNormal',
      'Ones',
      'Zeros',
      'LecunNormal',
      'Identity',
    ]);
    expect(() => getInitializer('glorotUnifrom')).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ nearest: ['glorotUniform'] }) }),
    );
  });

  test('restores an initializer from its class name and config', () => {
    const made: Initializer[] = [
      initializers.varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'uniform', seed: 1 }),
      initializers.constant({ value: 2 }),
      initializers.orthogonal({ gain: 3 }),
    ];
    for (const { className, config } of made) {
      expect(getInitializer({ className, config })).toMatchObject({ className, config });
    }
  });
});
