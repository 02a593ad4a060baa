import { expect, test } from '@jest/globals';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import { type Backend, graphBuilder, hostArray } from '@manabi/ir';
import { describeWithWebGpu } from './webgpu.fixture.ts';
import { wrappedDevice } from './wrapped-device.fixture.ts';

const matrix = { dtype: 'float32', shape: [64, 64] } as const;

/** Returns a graph with a product, and a loop that adds each row of the product to a carried matrix. */
function graph() {
  const inner = graphBuilder();
  const [sum, row] = [inner.input(matrix), inner.input({ dtype: 'float32', shape: [64] })];
  const body = inner.finish([inner.add(sum, inner.expand(row, [64, 64], [1]))]);
  const b = graphBuilder();
  const product = b.dot(b.input(matrix), b.input(matrix), [], [[1, 0]]);
  return b.finish(b.scan([product, product], { body, carries: 1, xs: 1, length: 64, reverse: false }));
}

/** Runs the graph several times on a backend, and returns its steps and the last result. */
async function profiled(backend: Backend, runs: number) {
  const executable = await backend.compile(graph(), { donated: [] });
  const data = Float32Array.from({ length: 64 * 64 }, (_, i) => (i % 7) / 7);
  const inputs = [0, 1].map(() => backend.upload(hostArray('float32', [64, 64], data)));
  let result: readonly number[] = [];
  for (let run = 0; run < runs; run++) {
    const [output] = await executable.run(inputs);
    result = [...(await backend.read(output)).data];
    backend.release(output);
  }
  return { steps: (await executable.steps?.()) ?? [], result };
}

describeWithWebGpu('a WebGPU backend with `measures`', () => {
  test('reports the times of steps by the clock of the GPU, those inside loops included in their loop', async () => {
    const { steps } = await profiled(await createWebGpuBackend({ measures: true }), 3);
    expect(steps.map(({ depth, runs, clock }) => [depth, runs, clock])).toEqual([
      [0, 1, 'gpu'],
      [0, 1, 'gpu'],
      [1, 64, 'gpu'],
    ]);
    const [product, loop, body] = steps.map(({ milliseconds }) => milliseconds ?? Number.NaN);
    expect(product).toBeGreaterThan(0);
    expect(loop).toBeGreaterThan(0);
    expect(body).toBeCloseTo(loop, 9);
  });

  test.each([
    ['rounded timestamps', 'gpu', { timestampStep: 100_000 }],
    ['no timestamps', 'submission', { lacks: ['timestamp-query'] }],
    ['timestamps that do not advance', 'submission', { timestampStep: 2 ** 62 }],
  ] as const)('on a device with %s, repeats steps and computes the same results', async (_, clock, changes) => {
    const device = await wrappedDevice(changes);
    const { steps, result } = await profiled(await createWebGpuBackend({ device, measures: true }), 8);
    for (const step of steps) {
      expect(step.clock).toBe(clock);
      expect(step.milliseconds).toBeGreaterThan(0);
    }
    const plain = await profiled(await createWebGpuBackend(), 1);
    expect(result).toEqual(plain.result);
    device.destroy();
  });

  test('repeats steps that overwrite their operands, and computes the same results', async () => {
    const device = await wrappedDevice({ lacks: ['timestamp-query'] });
    const backend = await createWebGpuBackend({ device, measures: true });
    const b = graphBuilder();
    const [w, x] = [0, 1].map(() => b.input({ dtype: 'float32', shape: [3] }));
    const step = await backend.compile(b.finish([b.add(w, x)]), { donated: [0] });
    expect(await step.describe()).toContain('over');
    const vector = (...values: readonly number[]) =>
      backend.upload(hostArray('float32', [3], Float32Array.from(values)));
    let weights = vector(1, 2, 3);
    const change = vector(0.5, 0.25, -1);
    for (let run = 0; run < 8; run++) [weights] = await step.run([weights, change]);
    expect((await step.steps?.())?.[0].milliseconds).toBeGreaterThan(0);
    expect([...(await backend.read(weights)).data]).toEqual([5, 4, -5]);
    device.destroy();
  });

  test('reports no times before the first run, or without `measures`', async () => {
    const measured = await profiled(await createWebGpuBackend({ measures: true }), 0);
    expect(measured.steps.map(({ milliseconds }) => milliseconds)).toEqual([null, null, null]);
    const plain = await profiled(await createWebGpuBackend(), 1);
    expect(plain.steps.map(({ milliseconds, clock }) => [milliseconds, clock])).toEqual([
      [null, undefined],
      [null, undefined],
      [null, undefined],
    ]);
  });
});
