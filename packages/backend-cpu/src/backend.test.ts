import { describe, expect, test } from '@jest/globals';
import { type Graph, graphBuilder, type HostArray, hostArray, ManabiError, type OpName, opNames } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { type Sample, sampleGraph, sampleInputs, samples } from '@manabi/ir/samples';
import { assertArraysClose } from '@manabi/testing';
import { type CpuRoutineName, createCpuBackend } from './index.ts';

const backend = createCpuBackend();

/** Tolerance for float32 results compared with the float64 reference. */
const tolerance = { rtol: 1e-5, atol: 1e-5 };

async function checkGraph(graph: Graph, inputs: readonly HostArray[], donated: readonly number[] = []): Promise<void> {
  const expected = interpret(graph, inputs);
  const before = backend.memory();
  const executable = await backend.compile(graph, { donated });
  const buffers = inputs.map((input) => backend.upload(input));
  const outputs = await executable.run(buffers);
  for (const [i, output] of outputs.entries()) {
    const actual = await backend.read(output);
    expect(actual.shape).toEqual(expected[i].shape);
    expect(actual.dtype).toBe(expected[i].dtype);
    assertArraysClose(actual.data, expected[i].data, tolerance, `output ${i}`);
  }
  for (const buffer of outputs) backend.release(buffer);
  for (const [i, buffer] of buffers.entries()) if (!donated.includes(i)) backend.release(buffer);
  executable.dispose();
  expect(backend.memory()).toEqual({ ...before, reserved: backend.memory().reserved });
}

function describeOperator<K extends OpName>(op: K, cases: readonly Sample<K>[]): void {
  describe(op, () => {
    for (const sample of cases) {
      test(sample.name, () => checkGraph(sampleGraph(op, sample), sampleInputs(sample)));
      test(`${sample.name}, with donated operands`, () => {
        const inputs = sampleInputs(sample);
        return checkGraph(
          sampleGraph(op, sample),
          inputs,
          inputs.map((_, i) => i),
        );
      });
    }
  });
}

describe('the cpu backend matches the reference interpreter for', () => {
  for (const op of opNames) describeOperator(op, samples[op]);
});

const vector = (...values: number[]): HostArray => hostArray('float32', [values.length], Float32Array.from(values));

/** Returns a graph that adds its inputs x and y, vectors of three elements. */
function sumGraph(): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [3] });
  const y = b.input({ dtype: 'float32', shape: [3] });
  return b.finish([b.add(x, y)]);
}

/** Returns the ManabiError that an action throws. */
async function errorOf(action: () => unknown): Promise<ManabiError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof ManabiError) return error;
    throw error;
  }
  throw new Error('The action must throw.');
}

describe('buffers of the cpu backend', () => {
  test('are counted as used memory until they are released', () => {
    const own = createCpuBackend();
    const buffer = own.upload(vector(1, 2, 3));
    expect(own.memory()).toMatchObject({ held: 12, buffers: 1 });
    own.release(buffer);
    expect(own.memory()).toMatchObject({ held: 0, buffers: 0 });
  });

  test('are copies of the uploaded array, and are copied when they are read', async () => {
    const data = vector(1, 2, 3);
    const buffer = backend.upload(data);
    data.data[0] = 9;
    const read = await backend.read(buffer);
    read.data[1] = 9;
    expect((await backend.read(buffer)).data).toEqual(Float32Array.of(1, 2, 3));
    backend.release(buffer);
  });

  test('are rejected after their release', async () => {
    const buffer = backend.upload(vector(1));
    backend.release(buffer);
    expect(await errorOf(() => backend.release(buffer))).toMatchObject({ code: 'disposed', op: 'release' });
    expect(await errorOf(() => backend.read(buffer))).toMatchObject({ code: 'disposed', op: 'read' });
  });

  test('are rejected by other backends', async () => {
    const foreign = createCpuBackend().upload(vector(1));
    expect(await errorOf(() => backend.read(foreign))).toMatchObject({ code: 'backend', op: 'read' });
  });
});

describe('an executable of the cpu backend', () => {
  test('overwrites and releases donated inputs', async () => {
    const executable = await backend.compile(sumGraph(), { donated: [0] });
    const [x, y] = [backend.upload(vector(1, 2, 3)), backend.upload(vector(10, 20, 30))];
    const before = backend.memory();
    const [sum] = await executable.run([x, y]);
    expect(backend.memory()).toEqual(before);
    expect((await backend.read(sum)).data).toEqual(Float32Array.of(11, 22, 33));
    expect((await backend.read(y)).data).toEqual(Float32Array.of(10, 20, 30));
    expect(await errorOf(() => executable.run([x, y]))).toMatchObject({ code: 'disposed', op: 'run' });
    backend.release(sum);
    backend.release(y);
    executable.dispose();
  });

  test('rejects a wrong number or type of inputs and does not release them', async () => {
    const executable = await backend.compile(sumGraph(), { donated: [0, 1] });
    const [x, other] = [backend.upload(vector(1, 2, 3)), backend.upload(vector(1, 2))];
    expect(await errorOf(() => executable.run([x]))).toMatchObject({ code: 'argument', data: { inputsKept: true } });
    const mismatch = await errorOf(() => executable.run([x, other]));
    expect(mismatch).toMatchObject({ code: 'shape', op: 'run', data: { input: 1, inputsKept: true } });
    backend.release(x);
    backend.release(other);
    executable.dispose();
  });

  test('reports an index out of range and its position', async () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [2, 3] });
    const indices = b.input({ dtype: 'int32', shape: [4] });
    const executable = await backend.compile(b.finish([b.gather(x, indices, 1)]), { donated: [] });
    const table = backend.upload(hostArray('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)));
    const bad = backend.upload(hostArray('int32', [4], Int32Array.of(0, 1, 7, 2)));
    const before = backend.memory();
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await errorOf(() => executable.run([table, bad]))).toMatchObject({
        code: 'index',
        op: 'gather',
        data: { index: 7, axis: 1, extent: 3, position: 2 },
      });
    }
    expect(backend.memory()).toEqual(before);
    const good = backend.upload(hostArray('int32', [4], Int32Array.of(0, 1, 0, 2)));
    const [result] = await executable.run([table, good]);
    expect((await backend.read(result)).data).toEqual(Float32Array.of(1, 2, 1, 3, 4, 5, 4, 6));
    for (const buffer of [table, bad, good, result]) backend.release(buffer);
    executable.dispose();
  });

  const badIndices = hostArray('int32', [3], Int32Array.of(0, 3, 1));

  test('does not release donated inputs if it fails before overwriting them', async () => {
    const b = graphBuilder();
    const [w, x] = [b.input({ dtype: 'float32', shape: [3, 3] }), b.input({ dtype: 'float32', shape: [3, 3] })];
    const indices = b.input({ dtype: 'int32', shape: [3] });
    const count = b.input({ dtype: 'float32', shape: [] });
    // As in a training step, the gradient depends on rows that are looked up by index, but the step count does not.
    const rows = b.exp(b.gather(x, indices, 0));
    const graph = b.finish([b.add(count, b.full(count, 1)), b.add(w, b.dot(rows, rows, [], [[0, 0]]))]);
    const executable = await backend.compile(graph, { donated: [0, 3] });
    const ones = hostArray('float32', [3, 3], new Float32Array(9).fill(1));
    const [weights, table, bad] = [backend.upload(ones), backend.upload(ones), backend.upload(badIndices)];
    const steps = backend.upload(hostArray('float32', [], Float32Array.of(7)));
    const before = backend.memory();
    for (let attempt = 0; attempt < 2; attempt++) {
      const error = await errorOf(() => executable.run([weights, table, bad, steps]));
      expect(error).toMatchObject({ code: 'index', data: { index: 3, inputsKept: true } });
      expect(backend.memory()).toEqual(before);
    }
    expect((await backend.read(weights)).data).toEqual(ones.data);
    expect((await backend.read(steps)).data[0]).toBe(7);
    const good = backend.upload(hostArray('int32', [3], Int32Array.of(0, 0, 0)));
    const [next, result] = await executable.run([weights, table, good, steps]);
    expect((await backend.read(next)).data[0]).toBe(8);
    expect((await backend.read(result)).data[0]).toBeCloseTo(1 + 3 * Math.E ** 2, 4);
    for (const buffer of [table, bad, good, next, result]) backend.release(buffer);
    executable.dispose();
  });

  test('releases donated inputs if it fails after overwriting them', async () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [3] });
    const indices = b.input({ dtype: 'int32', shape: [3] });
    const sum = b.cumSum(x, 0, false, false);
    const executable = await backend.compile(b.finish([sum, b.gather(sum, indices, 0)]), { donated: [0] });
    const taken = backend.upload(vector(1, 2, 3));
    const bad = backend.upload(badIndices);
    const error = await errorOf(() => executable.run([taken, bad]));
    expect(error).toMatchObject({ code: 'index', data: { index: 3 } });
    expect(error).not.toHaveProperty('data.inputsKept');
    expect(await errorOf(() => backend.read(taken))).toMatchObject({ code: 'disposed' });
    backend.release(bad);
    executable.dispose();
  });

  test('does not release its inputs and leaks no memory if it cannot allocate its outputs', async () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [] });
    const small = b.neg(x);
    const executable = await backend.compile(b.finish([small, b.expand(x, [2 ** 30 - 30], [])]), { donated: [0] });
    const scalar = backend.upload(hostArray('float32', [], Float32Array.of(1)));
    const before = backend.memory();
    expect(await errorOf(() => executable.run([scalar]))).toMatchObject({
      code: 'memory',
      data: { limit: 2 ** 32 - 64, inputsKept: true },
    });
    expect(backend.memory()).toEqual(before);
    expect((await backend.read(scalar)).data).toEqual(Float32Array.of(1));
    backend.release(scalar);
    executable.dispose();
  });

  test('describes the steps of its plan', async () => {
    const executable = await backend.compile(sumGraph(), { donated: [] });
    expect(await executable.describe()).toContain('add');
    executable.dispose();
  });

  test('throws an error if run after dispose(), and does not release its inputs', async () => {
    const executable = await backend.compile(sumGraph(), { donated: [0, 1] });
    const inputs = [backend.upload(vector(1, 2, 3)), backend.upload(vector(1, 2, 3))];
    executable.dispose();
    executable.dispose();
    expect(await errorOf(() => executable.run(inputs))).toMatchObject({
      code: 'disposed',
      op: 'run',
      data: { inputsKept: true },
    });
    for (const input of inputs) backend.release(input);
  });
});

describe('createCpuBackend', () => {
  test.each(['fourier', 'toString'])('rejects the unknown routine %s and lists the supported ones', (name) => {
    // JavaScript callers may pass any value.
    const routines = [name] as unknown as readonly CpuRoutineName[];
    expect(() => createCpuBackend({ routines })).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: { routine: name, known: ['dot', 'depthwise', 'winograd', 'topK', 'matMulInteger', 'attention'] },
      }),
    );
  });
});
