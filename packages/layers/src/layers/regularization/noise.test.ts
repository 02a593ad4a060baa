import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { full, mean, ones, random, std, type Tensor, zeros } from '@manabi/core';
import { clearSession, type Layer, layers, setRandomSeed } from '../../index.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

function trained(layer: Layer, x: Tensor): Tensor {
  return layer.apply(x, { training: true, key: random.key(3) });
}

async function momentsOf(x: Tensor): Promise<readonly [number, number]> {
  return [await mean(x).item(), await std(x).item()];
}

describe('gaussianDropout', () => {
  test('multiplies by noise of mean 1 and standard deviation sqrt(rate / (1 - rate))', async () => {
    const [center, spread] = await momentsOf(trained(layers.gaussianDropout({ rate: 0.2 }), full([20_000], 2)));
    expect(center).toBeCloseTo(2, 1);
    expect(spread / 2).toBeCloseTo(0.5, 1);
  });
});

describe('gaussianNoise', () => {
  test('adds noise of mean 0 and standard deviation stddev', async () => {
    const [center, spread] = await momentsOf(trained(layers.gaussianNoise({ stddev: 3 }), zeros([20_000])));
    expect(Math.abs(center)).toBeLessThan(0.1);
    expect(spread).toBeCloseTo(3, 1);
  });
});

describe('alphaDropout', () => {
  test('returns a * f + b for dropped elements, where f is the lower limit of selu, and a * x + b for kept ones', async () => {
    const rate = 0.3;
    const floor = -1.0507009873554805 * 1.6732632423543772;
    const a = ((1 - rate) * (1 + rate * floor ** 2)) ** -0.5;
    const b = -a * floor * rate;
    const y = await trained(layers.alphaDropout({ rate }), ones([500])).data();
    const values = [...new Set(y)].sort((p, q) => p - q);
    expect(values).toHaveLength(2);
    expect(values[0]).toBeCloseTo(a * floor + b, 5);
    expect(values[1]).toBeCloseTo(a + b, 5);
  });

  test('preserves the mean and standard deviation of its input', async () => {
    const x = random.normal(random.key(5), [40_000]);
    const [center, spread] = await momentsOf(trained(layers.alphaDropout({ rate: 0.4 }), x));
    expect(Math.abs(center)).toBeLessThan(0.03);
    expect(spread).toBeCloseTo(1, 1);
  });
});

describe('noise layers', () => {
  test('return their input at inference and with rate 0', () => {
    const x = ones([2]);
    expect(layers.gaussianDropout({ rate: 0.5 }).apply(x)).toBe(x);
    expect(layers.gaussianNoise({ stddev: 1 }).apply(x)).toBe(x);
    expect(layers.alphaDropout({ rate: 0.5 }).apply(x)).toBe(x);
    expect(trained(layers.alphaDropout({ rate: 0 }), x)).toBe(x);
  });

  test('reject invalid rates and standard deviations', () => {
    expect(() => layers.gaussianNoise({ stddev: -1 })).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => layers.gaussianDropout({ rate: 2 })).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});
