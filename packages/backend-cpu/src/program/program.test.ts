import { describe, expect, test } from '@jest/globals';
import {
  type Exportable,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  hostArray,
  ManabiError,
  type ProgramFamily,
  type Value,
} from '@manabi/ir';
import { compileProgram, createCpuBackend } from '../index.ts';
import { openProgram } from '../program.ts';

/** Returns an exportable function with one parameter `w`, one input `x` and one output `y`. */
function exportable(
  make: (b: GraphBuilder, w: Value, x: Value) => Value,
  x: (batch: number) => { dtype: 'float32' | 'int32'; shape: readonly number[] },
): Exportable {
  const w = hostArray('float32', [3, 2], Float32Array.of(1, -2, 3, -4, 5, -6));
  const graph = (batch: number): Graph => {
    const b = graphBuilder();
    const parameter = b.input({ dtype: 'float32', shape: [3, 2] });
    return b.finish([make(b, parameter, b.input(x(batch)))]);
  };
  const family: ProgramFamily = {
    name: 'small',
    inputNames: ['x'],
    outputNames: ['y'],
    parameters: new Map([['w', w]]),
    graph,
  };
  return { exportPrograms: () => Promise.resolve(family) };
}

const dense = exportable(
  (b, w, x) => b.tanh(b.dot(x, w, [], [[1, 0]])),
  (batch) => ({ dtype: 'float32', shape: [batch, 3] }),
);

/** A function with a loop over rows, whose body contains a constant array. */
const loop = exportable(
  (b, w, x) => {
    const body = graphBuilder();
    const sum = body.input({ dtype: 'float32', shape: [2] });
    const row = body.input({ dtype: 'float32', shape: [3] });
    const weights = body.input({ dtype: 'float32', shape: [3, 2] });
    const scale = body.constant([0.5, 2], 'float32', [2]);
    const next = body.add(body.mul(sum, scale), body.dot(row, weights, [], [[0, 0]]));
    const graph = body.finish([next, next]);
    const start = b.constant(0, 'float32', [2]);
    return b.scan([start, x, w], { body: graph, carries: 1, xs: 1, length: b.shape(x)[0], reverse: false })[1];
  },
  (batch) => ({ dtype: 'float32', shape: [batch, 3] }),
);

const lookUp = exportable(
  (b, w, x) => b.gather(w, x, 0),
  (batch) => ({ dtype: 'int32', shape: [batch] }),
);

describe('a compiled program', () => {
  test.each([
    ['a dense layer', dense],
    ['a loop', loop],
  ])('returns the same bits as the cpu backend without fused multiply-add: %s', async (_, each) => {
    const family = await each.exportPrograms();
    const backend = createCpuBackend({ exact: true });
    const x = hostArray(
      'float32',
      [4, 3],
      Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
    );
    const executable = await backend.compile(family.graph(4), { donated: [] });
    const inputs = [...family.parameters.values(), x].map((array) => backend.upload(array));
    const [expected] = await executable.run(inputs);

    const program = openProgram(await compileProgram(each, { batchSize: 4 }));
    expect(program.run({ x })).toEqual({ y: await backend.read(expected) });
    expect(program.run({ x: x.data })).toEqual({ y: await backend.read(expected) });
  });

  test('reports the names, dtypes and shapes of its inputs and outputs', async () => {
    const { name, inputs, outputs } = openProgram(await compileProgram(dense, { batchSize: 2 }));
    expect({ name, inputs, outputs }).toEqual({
      name: 'small',
      inputs: [{ name: 'x', dtype: 'float32', shape: [2, 3] }],
      outputs: [{ name: 'y', dtype: 'float32', shape: [2, 2] }],
    });
  });

  test('rejects invalid inputs and remains usable', async () => {
    const program = openProgram(await compileProgram(dense));
    expect(() => program.run({})).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => program.run({ z: new Float32Array(3) })).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => program.run({ x: new Float32Array(4) })).toThrow(expect.objectContaining({ code: 'shape' }));
    expect(() => program.run({ x: new Int32Array(3) })).toThrow(expect.objectContaining({ code: 'dtype' }));
    const tensorLike = { dtype: 'float32', shape: [1, 3], data: () => new Float32Array(3) };
    for (const given of [[[1, 2, 3]], null, tensorLike]) {
      // JavaScript callers may pass any value.
      expect(() => Reflect.apply(program.run, program, [{ x: given }])).toThrow(
        expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name: 'x' }) }),
      );
    }
    const other = hostArray('float32', [3], new Float32Array(3));
    expect(() => program.run({ x: other })).toThrow(expect.objectContaining({ code: 'shape' }));
    expect(Array.from(program.run({ x: Float32Array.of(0, 0, 0) }).y.data)).toEqual([0, 0]);
  });

  test('reports an index out of range and remains usable', async () => {
    const program = openProgram(await compileProgram(lookUp));
    expect(() => program.run({ x: Int32Array.of(3) })).toThrow(
      expect.objectContaining({ code: 'index', data: expect.objectContaining({ index: 3, extent: 3 }) }),
    );
    expect(Array.from(program.run({ x: Int32Array.of(2) }).y.data)).toEqual([5, -6]);
  });

  test('throws an error if run after dispose()', async () => {
    const program = openProgram(await compileProgram(dense));
    program.dispose();
    expect(() => program.run({ x: new Float32Array(3) })).toThrow(expect.objectContaining({ code: 'disposed' }));
  });
});

describe('compileProgram', () => {
  test.each([
    ['null instead of a model', null, {}],
    ['a batch size of 0', dense, { batchSize: 0 }],
    ['a misspelled option', dense, { batchsize: 2 }],
    ['a value for a dynamic length that the model does not have', dense, { lengths: { steps: 3 } }],
  ])('rejects %s', async (_, what, options) => {
    // JavaScript callers may pass any value.
    await expect(Reflect.apply(compileProgram, null, [what, options])).rejects.toMatchObject({ code: 'argument' });
  });
});

describe('openProgram', () => {
  test('rejects a file with a changed bit at any position', async () => {
    const bytes = await compileProgram(dense);
    for (let at = 0; at < bytes.length; at += at < 32 ? 1 : 7) {
      const corrupt = bytes.slice();
      corrupt[at] ^= 1 << (at % 8);
      expect(() => openProgram(corrupt)).toThrow(expect.objectContaining({ code: 'file' }));
    }
  });

  test.each([0, 1, 15, 16, 100])('rejects a file truncated to %i bytes', async (length) => {
    const bytes = await compileProgram(dense);
    expect(() => openProgram(bytes.subarray(0, length))).toThrow(ManabiError);
  });

  test.each([
    ['a path', 'digits.program', ''],
    ['a promise of the bytes', Promise.resolve(new Uint8Array()), 'Await it first.'],
    ['an ArrayBuffer', new ArrayBuffer(8), 'new Uint8Array(buffer)'],
  ])('rejects %s and suggests a fix', (_, given, fix) => {
    // JavaScript callers may pass any value.
    const open = () => Reflect.apply(openProgram, null, [given]);
    expect(open).toThrow(expect.objectContaining({ code: 'argument', message: expect.stringContaining(fix) }));
  });

  test('reads a program at any offset of a larger buffer', async () => {
    const bytes = await compileProgram(dense);
    const around = new Uint8Array(bytes.length + 5);
    around.set(bytes, 3);
    const program = openProgram(around.subarray(3, 3 + bytes.length));
    expect(program.run({ x: Float32Array.of(0, 0, 0) }).y.shape).toEqual([1, 2]);
  });

  test('reads a program from a Buffer of Node', async () => {
    const bytes = await compileProgram(loop, { batchSize: 4 });
    const x = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));
    expect(openProgram(Buffer.from(bytes)).run({ x })).toEqual(openProgram(bytes).run({ x }));
  });
});
