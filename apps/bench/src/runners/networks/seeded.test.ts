import { describe, expect, test } from '@jest/globals';
import { seeded, seedOf } from './seeded.ts';

describe('seeded', () => {
  test('generates the same numbers as the Python runners', () => {
    const kernel = seeded({ layer: 'conv1', name: 'kernel', shape: [3, 3, 2, 4] });
    expect(seedOf('conv1/kernel')).toBe(2_116_619_278);
    expect([...kernel.slice(0, 3)]).toEqual([0.17534667253494263, 0.21656933426856995, -0.5260425209999084]);
  });

  test('scales kernels by the number of inputs of an output', () => {
    const limitOf = (values: Float32Array) => Math.max(...values.map(Math.abs));
    const shape = [3, 3, 64, 1];
    expect(limitOf(seeded({ layer: 'a', name: 'kernel', shape }))).toBeCloseTo(Math.sqrt(6 / 576), 2);
    expect(limitOf(seeded({ layer: 'a', name: 'kernel', shape, isDepthwise: true }))).toBeCloseTo(Math.sqrt(6 / 9), 1);
  });

  test('generates different numbers for each weight of each layer', () => {
    const first = (layer: string, name: string) => seeded({ layer, name, shape: [2] })[0];
    expect(new Set([first('a', 'bias'), first('b', 'bias'), first('a', 'beta')]).size).toBe(3);
  });

  test('generates positive variances and scales near one', () => {
    for (const name of ['gamma', 'variance', 'moving_variance']) {
      const values = seeded({ layer: 'a', name, shape: [1000] });
      expect(Math.min(...values)).toBeGreaterThan(0.69);
      expect(Math.max(...values)).toBeLessThan(1.31);
    }
  });
});
