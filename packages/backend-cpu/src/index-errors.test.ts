import { expect, test } from '@jest/globals';
import { compilePlan } from '@manabi/compiler';
import { interpretPlan } from '@manabi/compiler/interpret';
import { graphBuilder, hostArray, ManabiError } from '@manabi/ir';
import { createCpuBackend } from './index.ts';
import { cpuTarget } from './target.ts';

function errorOf(work: () => unknown): ManabiError {
  try {
    work();
  } catch (error) {
    if (error instanceof ManabiError) return error;
    throw error;
  }
  throw new Error('The call must throw.');
}

test('the CPU backend and the plan interpreter report an index out of range with the same message', () => {
  const b = graphBuilder();
  const table = b.input({ dtype: 'float32', shape: [3, 2] });
  const graph = b.finish([b.gather(table, b.input({ dtype: 'int32', shape: [4] }), 0)]);
  const inputs = [
    hostArray('float32', [3, 2], new Float32Array(6)),
    hostArray('int32', [4], Int32Array.of(0, 2, 9, 1)),
  ];
  const backend = createCpuBackend();
  const buffers = inputs.map((input) => backend.upload(input));
  const executable = backend.compile(graph, { donated: [] });
  if (executable instanceof Promise) throw new Error('The CPU backend must compile synchronously.');
  const expected = errorOf(() => executable.run(buffers));
  const interpreted = errorOf(() => interpretPlan(compilePlan(graph, { target: cpuTarget }), inputs));
  expect(expected.data).toMatchObject({ index: 9, axis: 0, extent: 3, position: 2 });
  expect(interpreted.message).toBe(expected.message);
  expect(interpreted.data).toEqual({ index: 9, axis: 0, extent: 3, position: 2 });
});
