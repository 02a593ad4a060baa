import { expect, test } from '@jest/globals';
import { graphBuilder, hostArray } from '@manabi/ir';
import { createCpuBackend } from './index.ts';

/** Returns a graph with a matrix product, and a loop that adds the rows of the product. */
function graph() {
  const type = { dtype: 'float32', shape: [4, 4] } as const;
  const inner = graphBuilder();
  const [sum, x] = [inner.input(type), inner.input({ dtype: 'float32', shape: [4] })];
  const body = inner.finish([inner.add(sum, inner.expand(x, [4, 4], [1]))]);
  const b = graphBuilder();
  const product = b.dot(b.input(type), b.input(type), [], [[1, 0]]);
  return b.finish(b.scan([product, product], { body, carries: 1, xs: 1, length: 4, reverse: false }));
}

async function stepsAfter(runs: number, measures: boolean) {
  const backend = createCpuBackend({ measures });
  const executable = await backend.compile(graph(), { donated: [] });
  const inputs = [0, 1].map(() => backend.upload(hostArray('float32', [4, 4], new Float32Array(16))));
  for (let run = 0; run < runs; run++) await executable.run(inputs);
  return (await executable.steps?.()) ?? [];
}

test('with `measures`, a backend reports the time of each step, and lists the steps inside a loop after the loop', async () => {
  const steps = await stepsAfter(3, true);
  expect(steps.map(({ depth }) => depth)).toEqual([0, 0, 1]);
  expect(steps.map(({ runs }) => runs)).toEqual([1, 1, 4]);
  for (const { milliseconds } of steps) expect(milliseconds).toBeGreaterThanOrEqual(0);
});

test('step times are null before the first run, and always null if `measures` is not set', async () => {
  for (const steps of [await stepsAfter(0, true), await stepsAfter(1, false)]) {
    expect(steps.map(({ milliseconds }) => milliseconds)).toEqual([null, null, null]);
  }
});
