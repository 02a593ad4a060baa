import { expect, test } from '@jest/globals';
import { type DType, graphBuilder, type Shape } from '@manabi/ir';
import { type PlanDevice, planGraph } from './plan-graph.ts';
import { webGpuTarget } from './target.ts';

const limits = { largest: 2 ** 16, alignment: 256, mostBindings: 8 };
const device: PlanDevice = {
  target: webGpuTarget({
    maxStorageBuffersPerShaderStage: limits.mostBindings,
    maxBufferSize: 2 ** 40,
    minStorageBufferOffsetAlignment: limits.alignment,
  }),
  limits,
  tuning: 'hardware',
};

/** Returns the number of steps that add rows taken from tables of the given shapes. */
async function stepsFor(...tables: readonly Shape[]): Promise<number> {
  const b = graphBuilder();
  const inputs = tables.map((shape) => b.input({ dtype: 'float32', shape }));
  const at = b.input({ dtype: 'int32', shape: [5] });
  const rows = inputs.map((table) => b.gather(table, at, 0));
  const plan = await planGraph(b.finish([rows.reduce((sum, each) => b.add(sum, each))]), [], device);
  return plan.steps.length;
}

test('planGraph computes an expression in several steps if one would bind too many windows', async () => {
  expect(await stepsFor([50, 24], [50, 24], [50, 24])).toBe(1);
  expect(await stepsFor([2000, 24], [50, 24], [50, 24])).toBe(1);
  expect(await stepsFor([2000, 24], [2000, 24], [2000, 24])).toBeGreaterThan(1);
});

test('planGraph rejects an operator that alone binds too many windows', async () => {
  await expect(stepsFor([20_000, 24], [50, 24])).rejects.toThrow(
    expect.objectContaining({
      code: 'memory',
      message: expect.stringContaining('a tensor of 480000 elements of type float32'),
      data: expect.objectContaining({ most: 2 ** 16, bytes: 1_920_000 }),
    }),
  );
});

test.each<[DType, number]>([
  ['uint8', 2 ** 32 + 1],
  ['float32', 2 ** 33],
])('planGraph rejects a tensor with more elements than 32 bits address: %s[%i]', async (dtype, elements) => {
  const b = graphBuilder();
  const x = b.input({ dtype, shape: [elements] });
  const first = b.slice(x, [0], [4], [1]);
  await expect(planGraph(b.finish([b.cast(first, 'int32')]), [], device)).rejects.toThrow(
    expect.objectContaining({ code: 'memory', data: expect.objectContaining({ elements, most: 2 ** 32 }) }),
  );
});
