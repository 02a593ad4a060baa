import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { type Graph, graphBuilder, hostArray, type StepReport } from '@manabi/ir';
import { createOnnxRuntimeBackend, type OnnxRuntimeBackend } from '../backend.ts';
import { readProfile } from './session-profile.ts';

let backend: OnnxRuntimeBackend;

beforeAll(async () => {
  backend = await createOnnxRuntimeBackend({
    measures: true,
    threads: 1,
    leastOperations: 0,
    fallback: createCpuBackend(),
  });
});

const profiles = () => readdirSync(tmpdir()).filter((name) => name.startsWith('manabi-profile-'));

/** Runs a graph on zeros a few times, and returns its steps. */
async function stepsOf(graph: Graph, shape: readonly number[], runs = 3): Promise<readonly StepReport[] | undefined> {
  const executable = await backend.compile(graph, { donated: [0] });
  for (let run = 0; run < runs; run++) {
    const size = shape.reduce((product, length) => product * length, 1);
    const outputs = await executable.run([backend.upload(hostArray('float32', shape, new Float32Array(size)))]);
    for (const output of outputs) backend.release(output);
  }
  const steps = await executable.steps?.();
  expect(await executable.steps?.()).toBe(steps);
  executable.dispose();
  return steps;
}

describe('the steps of a graph in ONNX Runtime', () => {
  test('are its operators, with operations, bytes and times', async () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [8, 8] });
    const steps = await stepsOf(b.finish([b.tanh(b.dot(x, x, [], [[1, 0]]))]), [8, 8]);
    const milliseconds = expect.any(Number);
    expect(steps).toEqual([
      { name: 'MatMul [8,8] [8,8] -> [8,8]', depth: 0, runs: 1, operations: 1024, bytes: 768, milliseconds },
      { name: 'Tanh [8,8] -> [8,8]', depth: 0, runs: 1, operations: 64, bytes: 512, milliseconds },
    ]);
  });

  test('are an empty list before the first run', async () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [8] });
    expect(await stepsOf(b.finish([b.tanh(x)]), [8], 0)).toEqual([]);
  });

  test('include those of each iteration of a loop', async () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [5, 8] });
    const body = graphBuilder();
    const [h, each] = [0, 1].map(() => body.input({ dtype: 'float32', shape: [8] }));
    const next = body.tanh(body.add(h, each));
    const start = b.constant(0, 'float32', [8]);
    const attributes = { body: body.finish([next]), carries: 1, xs: 1, length: 5, reverse: false };
    const [last] = b.scan([start, x], attributes);
    const steps = (await stepsOf(b.finish([last]), [5, 8])) ?? [];
    const loop = steps.find(({ name }) => /^(Scan|Loop)/.test(name));
    const tanh = steps.find(({ name }) => name.startsWith('Tanh'));
    expect([loop?.depth, loop?.runs, tanh?.depth, tanh?.runs, tanh?.operations]).toEqual([0, 1, 1, 5, 40]);
    expect(loop?.milliseconds).toBeGreaterThanOrEqual(tanh?.milliseconds ?? Number.NaN);
  });

  test('leave no files', async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(profiles()).toEqual([]);
  });
});

test('readProfile returns the shortest time of each operator', () => {
  const kernel = (ts: number, dur: number, op: string, index: string) => ({
    ...{ cat: 'Node', name: `${op}_kernel_time`, ts, dur },
    args: { op_name: op, node_index: index, input_type_shape: [{ float: [4] }], output_type_shape: [{ bool: [4] }] },
  });
  const run = (ts: number, dur: number) => ({ cat: 'Session', name: 'model_run', ts, dur, args: {} });
  const events = [
    ...[kernel(10, 5, 'Not', '0'), kernel(16, 2, 'Not', '1'), run(10, 10)],
    ...[kernel(30, 3, 'Not', '0'), kernel(34, 4, 'Not', '1'), run(30, 10)],
  ];
  const times = readProfile(JSON.stringify(events)).map(({ milliseconds, bytes }) => [milliseconds, bytes]);
  expect(times).toEqual([
    [0.003, 20],
    [0.002, 20],
  ]);
});

test('readProfile counts the operations of products whose constant matrix the profile lacks', () => {
  const shaped = (shapes: readonly (readonly number[])[]) => shapes.map((float) => ({ float }));
  const product = (inputs: readonly (readonly number[])[], output: readonly number[]): number => {
    const args = {
      ...{ op_name: 'FusedGemm', node_index: '0' },
      ...{ input_type_shape: shaped(inputs), output_type_shape: shaped([output]) },
    };
    const events = [
      { cat: 'Node', name: 'FusedGemm_kernel_time', ts: 1, dur: 2, args },
      { cat: 'Session', name: 'model_run', ts: 0, dur: 5, args: {} },
    ];
    return readProfile(JSON.stringify(events))[0].operations;
  };
  const expected = 2 * 32 * 200 * 300;
  // With the matrix, also if it or x is transposed; without it; and without it, with a bias.
  expect(product([[32, 200], [200, 300], [300]], [32, 300])).toBe(expected);
  expect(product([[200, 32], [300, 200], [300]], [32, 300])).toBe(expected);
  expect(product([[32, 200]], [32, 300])).toBe(expected);
  expect(product([[32, 200], [300]], [32, 300])).toBe(expected);
  expect(product([[4, 8, 200], [300]], [4, 8, 300])).toBe(expected);
  expect(product([[32, 200], [200]], [32])).toBe(2 * 32 * 200);
});
