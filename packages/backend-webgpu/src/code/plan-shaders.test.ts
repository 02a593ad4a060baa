import { expect, test } from '@jest/globals';
import { compilePlan, gpuRoutineTable, gpuStrategies } from '@manabi/compiler';
import { type Graph, graphBuilder, ManabiError } from '@manabi/ir';
import { webGpuTarget } from '../target.ts';
import { planShaders } from './plan-shaders.ts';

const target = webGpuTarget({
  maxStorageBuffersPerShaderStage: 8,
  maxBufferSize: 2 ** 28,
  minStorageBufferOffsetAlignment: 256,
});

function planOf(graph: Graph) {
  return compilePlan(graph, { target, strategies: gpuStrategies, routineTable: gpuRoutineTable });
}

test('planShaders lists the shaders of each step in order', () => {
  const b = graphBuilder();
  const [x, w] = [b.input({ dtype: 'float32', shape: [40, 50] }), b.input({ dtype: 'float32', shape: [50, 33] })];
  const plan = planOf(b.finish([b.reduceSum(b.tanh(b.dot(x, w, [], [[1, 0]])), [1])]));
  const shaders = planShaders(plan);
  expect(new Set(shaders.map(({ step }) => step))).toEqual(new Set(plan.steps.keys()));
  for (const { code, groups } of shaders) {
    expect(code).toContain('@compute');
    expect(groups).toBeGreaterThan(0);
  }
});

test('the shaders of the steps in a loop belong to the loop', () => {
  const type = { dtype: 'float32', shape: [4] } as const;
  const inner = graphBuilder();
  const [carry, x] = [inner.input(type), inner.input(type)];
  const body = inner.finish([inner.add(inner.tanh(carry), x)]);
  const b = graphBuilder();
  const xs = b.input({ dtype: 'float32', shape: [7, 4] });
  const plan = planOf(b.finish(b.scan([b.input(type), xs], { body, carries: 1, xs: 1, length: 7, reverse: false })));
  const loop = plan.steps.findIndex(({ kind }) => kind === 'loop');
  expect(planShaders(plan).some(({ step, code }) => step === loop && code.includes('tanh'))).toBe(true);
});

test('planShaders rejects a graph', () => {
  const b = graphBuilder();
  const graph: object = b.finish([b.input({ dtype: 'float32', shape: [2] })]);
  // A plan has a type that a caller in JavaScript can ignore.
  expect(() => planShaders(graph as Parameters<typeof planShaders>[0])).toThrow(ManabiError);
});
