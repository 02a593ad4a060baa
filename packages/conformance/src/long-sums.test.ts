import '@manabi/backend-cpu/register';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  batchNormTraining,
  cumsum,
  fromHost,
  grad,
  jit,
  layerNorm,
  logsumexp,
  matmul,
  mean,
  mul,
  norm,
  ones,
  realize,
  std,
  sum,
  type Tensor,
  transpose,
  variance,
} from '@manabi/core';
import { randomSource } from '@manabi/testing';

/** Number of elements of the sums. Adding so many from left to right would lose at least four digits. */
const LENGTH = 2 ** 22;

/** Largest accepted relative error: two units in the last place of float32. */
const PRECISION = 1.2e-7;

const random = randomSource(1);
const uniform = Float32Array.from({ length: LENGTH }, () => random.uniform(0, 1));
const far = Float32Array.from({ length: LENGTH }, () => random.uniform(1000, 1001));

const exactSum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

const exactVariance = (values: Float32Array): number => {
  const average = exactSum(values) / values.length;
  let total = 0;
  for (const value of values) total += (value - average) ** 2;
  return total / values.length;
};

const tensorOf = (data: Float32Array, shape: readonly number[]): Tensor => fromHost({ dtype: 'float32', shape, data });

/** Returns the largest absolute error of all elements of a result, divided by the largest exact element. */
async function errorOf(result: Tensor, exact: readonly number[]): Promise<number> {
  const values = [...(await result.data())];
  expect(values).toHaveLength(exact.length);
  const largest = Math.max(...exact.map(Math.abs));
  return Math.max(...values.map((value, i) => Math.abs(value - exact[i]))) / largest;
}

describe('float32 sums of four million elements are accurate', () => {
  let total: number;
  beforeAll(() => {
    total = exactSum(uniform);
  });
  const columnsOf = (columns: number): number[] => {
    const sums = new Array<number>(columns).fill(0);
    uniform.forEach((value, i) => {
      sums[i % columns] += value;
    });
    return sums;
  };
  const rowsOf = (rows: number): number[] => {
    const length = LENGTH / rows;
    return Array.from({ length: rows }, (_, row) => exactSum(uniform.subarray(row * length, (row + 1) * length)));
  };

  test('over a vector', async () => {
    expect(await errorOf(sum(tensorOf(uniform, [LENGTH])), [total])).toBeLessThan(PRECISION);
  });

  test('over more than 2^24 equal elements', async () => {
    expect(await sum(ones([2 ** 29])).item()).toBe(2 ** 29);
    expect(await sum(ones([2 ** 26, 3]), 0).array()).toEqual([2 ** 26, 2 ** 26, 2 ** 26]);
  });

  test.each([1, 3, 4, 8, 64])('over each of %d columns', async (columns) => {
    const rows = Math.floor(LENGTH / columns);
    const whole = rows * columns;
    const x = tensorOf(uniform.subarray(0, whole), [rows, columns]);
    const sums = columnsOf(columns);
    if (columns === 3) sums[0] -= uniform[LENGTH - 1];
    expect(await errorOf(sum(x, 0), sums)).toBeLessThan(PRECISION);
  });

  test.each([1, 2, 8, 64])('over each of %d rows', async (rows) => {
    const x = tensorOf(uniform, [rows, LENGTH / rows]);
    expect(await errorOf(sum(x, 1), rowsOf(rows))).toBeLessThan(PRECISION);
  });

  test('over the first and last of three axes', async () => {
    const x = tensorOf(uniform, [512, 16, LENGTH / 512 / 16]);
    const sums = new Array<number>(16).fill(0);
    uniform.forEach((value, i) => {
      sums[Math.floor(i / (LENGTH / 512 / 16)) % 16] += value;
    });
    expect(await errorOf(sum(x, [0, 2]), sums)).toBeLessThan(PRECISION);
  });

  test('over a transposed operand', async () => {
    const x = transpose(tensorOf(uniform, [64, LENGTH / 64]));
    expect(await errorOf(sum(x, 0), rowsOf(64))).toBeLessThan(PRECISION);
  });

  test('in mean, norm and logsumexp', async () => {
    const x = tensorOf(uniform, [LENGTH]);
    const squares = Math.sqrt(exactSum(uniform.map((value) => value * value)));
    expect(await errorOf(mean(x), [total / LENGTH])).toBeLessThan(PRECISION);
    expect(await errorOf(norm(x), [squares])).toBeLessThan(PRECISION);
    const exponentials = exactSum(Float64Array.from(uniform, Math.exp));
    expect(await errorOf(logsumexp(x), [Math.log(exponentials)])).toBeLessThan(PRECISION);
  });

  test('in cumsum, up to the last element', async () => {
    const forward = await cumsum(tensorOf(uniform, [LENGTH])).data();
    expect(Math.abs(forward[LENGTH - 1] - total) / total).toBeLessThan(PRECISION);
    const down = await cumsum(tensorOf(uniform, [LENGTH / 4, 4]), 0, { reverse: true }).data();
    columnsOf(4).forEach((expected, column) => {
      expect(Math.abs(down[column] - expected) / expected).toBeLessThan(PRECISION);
    });
  });

  test('in gradients of broadcast operands', async () => {
    const slope = jit(grad((bias: Tensor, x: Tensor) => sum(mul(bias, x))));
    const x = tensorOf(uniform, [LENGTH / 8, 8]);
    expect(await errorOf(await slope(ones([8]), x), columnsOf(8))).toBeLessThan(PRECISION);
  });
});

describe('float32 matrix products over a million terms are accurate', () => {
  const K = LENGTH / 4;
  const shapes = [
    [1, 1],
    [1, 5],
    [1, 8],
    [4, 1],
    [2, 3],
    [4, 8],
    [3, 17],
  ] as const;
  const exactRows = Array.from({ length: 4 }, (_, row) => exactSum(uniform.subarray(row * K, (row + 1) * K)));

  test.each(shapes)('[%d, k] x [k, %d]', async (m, n) => {
    const expected = exactRows.slice(0, m).flatMap((value) => new Array<number>(n).fill(value));
    const left = tensorOf(uniform.subarray(0, m * K), [m, K]);
    const product = jit((a: Tensor) => matmul(a, ones([K, n])));
    expect(await errorOf(await product(left), expected)).toBeLessThan(5e-7);
    // Computes the same product with both operands transposed.
    const swapped = jit((a: Tensor) => matmul(ones([n, K]), transpose(a)));
    const across = exactRows.slice(0, m);
    const columns = new Array<readonly number[]>(n).fill(across).flat();
    expect(await errorOf(await swapped(left), columns)).toBeLessThan(5e-7);
    const rows = new Float32Array(K * m);
    for (let row = 0; row < m; row++) for (let i = 0; i < K; i++) rows[i * m + row] = uniform[row * K + i];
    const strided = jit((a: Tensor) => matmul(ones([n, K]), a));
    expect(await errorOf(await strided(tensorOf(rows, [K, m])), columns)).toBeLessThan(5e-7);
  });
});

describe('variances of float32 values far from zero are accurate', () => {
  const exact = exactVariance(far);

  test('over a vector and over columns, also in std', async () => {
    const x = tensorOf(far, [LENGTH]);
    expect(await errorOf(variance(x), [exact])).toBeLessThan(PRECISION);
    expect(await errorOf(std(x), [Math.sqrt(exact)])).toBeLessThan(PRECISION);
    const columns = [0, 1].map((column) => exactVariance(far.filter((_, i) => i % 2 === column)));
    expect(await errorOf(variance(tensorOf(far, [LENGTH / 2, 2]), 0), columns)).toBeLessThan(PRECISION);
  });

  test.each([1e5, 1e6, 1e7])('for values around %d, where float32 has few digits left', async (center) => {
    const values = Float32Array.from({ length: 2 ** 16 }, () => random.uniform(center, center + 1));
    const average = exactSum(values) / values.length;
    const x = tensorOf(values, [values.length]);
    expect(await errorOf(variance(x), [exactVariance(values)])).toBeLessThan(5e-7);
    const slopes = [...values].map((value) => (2 / values.length) * (value - average));
    expect(await errorOf(await jit(grad((v: Tensor) => variance(v)))(x), slopes)).toBeLessThan(5e-7);
  });

  test('for equal elements, where they are exactly zero', async () => {
    for (const value of [0.1, 1 / 3, 1e8 + 8, 123456.789]) {
      const x = tensorOf(new Float32Array(1000).fill(value), [1000]);
      expect(await std(x).item()).toBe(0);
    }
  });

  test('in batchNormTraining, over the axis of the batch', async () => {
    const [rows, columns] = [LENGTH / 16, 8];
    const values = Float32Array.from({ length: rows * columns }, () => random.uniform(100, 103));
    const step = jit((x: Tensor) => batchNormTraining(x, { axis: 1 }));
    const { mean: averages, variance: variances } = await step(tensorOf(values, [rows, columns]));
    const column = (j: number) => Float32Array.from({ length: rows }, (_, i) => values[i * columns + j]);
    const exactMeans = Array.from({ length: columns }, (_, j) => exactSum(column(j)) / rows);
    const exactVariances = Array.from({ length: columns }, (_, j) => exactVariance(column(j)));
    expect(await errorOf(averages, exactMeans)).toBeLessThan(PRECISION);
    expect(await errorOf(variances, exactVariances)).toBeLessThan(2 * PRECISION);
  });

  test('in layerNorm, over a long axis', async () => {
    const normalized = await realize(layerNorm(tensorOf(far, [LENGTH]), { epsilon: 1e-5 }));
    expect(await variance(normalized).item()).toBeCloseTo(exact / (exact + 1e-5), 5);
    // The mean, about 1000, is rounded to float32, with an error of up to 3e-5.
    expect(Math.abs(await mean(normalized).item())).toBeLessThan(2e-4);
  });
});
