import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  add,
  argmax,
  jit,
  max,
  mean,
  min,
  random,
  registerBackend,
  std,
  type Tensor,
  tensor,
  variance,
  zeros,
} from './index.ts';
import { thrown } from './test-backend/errors.fixture.ts';
import { referenceBackend } from './test-backend/reference-backend.fixture.ts';

beforeAll(() => registerBackend('reference', () => referenceBackend()));

const key = random.key(42);

describe('random keys', () => {
  test('contain the upper and lower 32 bits of the seed; invalid seeds, and keys other than uint32[2], are rejected', async () => {
    expect(await random.key(42).array()).toEqual([0, 42]);
    expect(await random.key(2 ** 40 + 1).array()).toEqual([256, 1]);
    expect(thrown(() => random.key(-1))).toMatchObject({ code: 'argument', op: 'random.key' });
    expect(thrown(() => random.key(0.5))).toMatchObject({ code: 'argument' });
    expect(thrown(() => random.uniform(zeros([2]), [1]))).toMatchObject({ code: 'dtype', op: 'random.uniform' });
    expect(thrown(() => random.normal(tensor(new Uint32Array(3)), [1]))).toMatchObject({ code: 'shape' });
  });

  test('produce the same random numbers in every call, and different keys produce different numbers', async () => {
    const [one, two] = random.split(key);
    const draws = await Promise.all(
      [key, key, one, two, random.foldIn(key, 0), random.foldIn(key, 1)].map(async (k) =>
        String(await random.bits(k, [4]).data()),
      ),
    );
    expect(draws[0]).toBe(draws[1]);
    expect(new Set(draws.slice(1)).size).toBe(5);
    expect(random.split(key, 5)).toHaveLength(5);
  });

  test('can be derived with foldIn from a number that is an argument of a jitted function', async () => {
    const draw = jit((step: Tensor | number) => random.bits(random.foldIn(key, tensorOf(step)), [2]));
    expect(await (await draw(7)).array()).toEqual(await random.bits(random.foldIn(key, 7), [2]).array());
  });
});

function tensorOf(step: Tensor | number): Tensor {
  return add(step, 0);
}

describe('random functions', () => {
  test('uniform draws uniformly distributed floats between its bounds', async () => {
    const u = random.uniform(key, [4000], { low: -1, high: 3 });
    expect(await min(u).item()).toBeGreaterThanOrEqual(-1);
    expect(await max(u).item()).toBeLessThan(3);
    expect(await mean(u).item()).toBeCloseTo(1, 0);
    expect(await variance(u).item()).toBeCloseTo(16 / 12, 1);
    const stretched = random.uniform(key, [2, 2], { low: tensor([0, 10]), high: tensor([1, 20]) });
    expect(await min(stretched, 0).array()).toEqual([expect.any(Number), expect.any(Number)]);
    expect((await stretched.data())[1]).toBeGreaterThanOrEqual(10);
  });

  test('normal and truncatedNormal draw floats with the given mean, deviation and bounds', async () => {
    const x = random.normal(key, [4000], { mean: 5, std: 2 });
    expect(await mean(x).item()).toBeCloseTo(5, 0);
    expect(await std(x).item()).toBeCloseTo(2, 0);
    const t = random.truncatedNormal(key, [2000]);
    expect(await max(t).item()).toBeLessThanOrEqual(2);
    expect(await min(t).item()).toBeGreaterThanOrEqual(-2);
  });

  test('randint draws all integers of the interval and no others', async () => {
    const dice = await random.randint(key, [600], 1, 7).data();
    const counts = [1, 2, 3, 4, 5, 6].map((face) => dice.filter((x) => x === face).length);
    expect(counts.reduce((total, count) => total + count)).toBe(600);
    for (const count of counts) expect(count).toBeGreaterThan(60);
    const wide = await random.randint(key, [500], -(2 ** 30), 2 ** 30).data();
    expect(wide.some((x) => x < -(2 ** 29)) && wide.some((x) => x > 2 ** 29)).toBe(true);
    expect(thrown(() => random.randint(key, [1], 3, 3))).toMatchObject({ code: 'argument' });
  });

  test('bernoulli draws true with the given probabilities', async () => {
    const b = await random.bernoulli(key, 0.25, [2000]).data();
    expect(b.filter((x) => x === 1).length / 2000).toBeCloseTo(0.25, 1);
    expect(await random.bernoulli(key, tensor([0, 1])).array()).toEqual([false, true]);
  });

  test('categorical draws each class with its probability softmax(logits)', async () => {
    const logits = tensor([
      [0, 50, 0],
      [50, 0, 0],
    ]);
    expect(await random.categorical(key, logits).array()).toEqual([1, 0]);
    expect((await random.categorical(key, logits, { shape: [5, 2] })).shape).toEqual([5, 2]);
    expect((await random.categorical(key, logits, { axis: 0 })).shape).toEqual([3]);
  });

  test('permutation returns each index or slice exactly once', async () => {
    const order = await random.permutation(key, 20).data();
    expect([...order].sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
    expect(String(order)).not.toBe(String([...Array(20).keys()]));
    const rows = random.permutation(
      key,
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
    );
    expect(await argmax(rows, 1).array()).toEqual([1, 1, 1]);
  });
});
