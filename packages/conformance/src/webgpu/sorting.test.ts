import { expect, test } from '@jest/globals';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import { type DType, graphBuilder, hostArray, isFloat, sizeOf } from '@manabi/ir';
import { randomSource } from '@manabi/testing';
import { describeWithWebGpu } from './webgpu.fixture.ts';

/** Rows of numbers of which many are equal; in float32, some are NaN or infinite. */
function rowsOf(dtype: DType, shape: readonly number[], seed: number) {
  const random = randomSource(seed);
  const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0];
  const elements = Array.from({ length: sizeOf(shape) }, () =>
    isFloat(dtype) && random.next() < 0.02 ? special[random.integer(0, special.length)] : random.integer(-50, 1000),
  );
  return dtype === 'int32'
    ? hostArray(dtype, shape, Int32Array.from(elements))
    : hostArray('float32', shape, Float32Array.from(elements));
}

/** Returns the indices of the k best elements of a row. NaN counts as the largest number; equal elements keep their order. */
function bestOf(row: ArrayLike<number>, k: number, largest: boolean): number[] {
  const rank = (index: number): number => (Number.isNaN(row[index]) ? Number.POSITIVE_INFINITY : row[index]);
  const compare = (i: number, j: number): number => {
    const [x, y] = largest ? [rank(j), rank(i)] : [rank(i), rank(j)];
    if (x !== y) return x < y ? -1 : 1;
    const nan = Number(Number.isNaN(row[i])) - Number(Number.isNaN(row[j]));
    return nan !== 0 ? (largest ? -nan : nan) : i - j;
  };
  return Array.from({ length: row.length }, (_, index) => index)
    .sort(compare)
    .slice(0, k);
}

describeWithWebGpu('topK on WebGPU', () => {
  test.each([
    [
      'short rows',
      [
        [5, 10, 3],
        [3, 64, 64],
      ],
    ],
    [
      'rows of one chunk',
      [
        [3, 300, 300],
        [2, 1024, 7],
        [2, 1000, 1000],
      ],
    ],
    [
      'rows of several chunks',
      [
        [1, 1025, 1025],
        [2, 3000, 5],
        [2, 5000, 2500],
        [1, 9000, 9000],
      ],
    ],
  ] as const)('selects the best elements of %s in order', async (_, cases) => {
    for (const tuning of ['hardware', 'software'] as const) {
      const backend = await createWebGpuBackend({ tuning });
      for (const [i, [rows, length, k]] of cases.entries()) {
        for (const dtype of ['float32', 'int32'] as const) {
          const b = graphBuilder();
          const x = b.input({ dtype, shape: [rows, length] });
          const largest = i % 2 === 0;
          const graph = b.finish(b.topK(x, k, 1, largest));
          const input = rowsOf(dtype, [rows, length], i);
          const executable = await backend.compile(graph, { donated: [] });
          const outputs = await executable.run([backend.upload(input)]);
          const [values, indices] = await Promise.all(outputs.map((output) => backend.read(output)));
          for (let row = 0; row < rows; row++) {
            const elements = input.data.subarray(row * length, (row + 1) * length);
            const best = bestOf(elements, k, largest);
            expect([...indices.data.subarray(row * k, (row + 1) * k)]).toEqual(best);
            expect([...values.data.subarray(row * k, (row + 1) * k)]).toEqual(best.map((index) => elements[index]));
          }
          executable.dispose();
        }
      }
    }
  });
});
