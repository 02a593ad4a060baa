import { existsSync, readdirSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import {
  applyComposite,
  type Backend,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  type HostArray,
  hostArray,
  sizeOf,
  type TensorType,
  type Value,
} from '@manabi/ir';
import { createOnnxRuntimeBackend, type OnnxRuntimeBackend } from './backend.ts';

function graphOf(types: readonly TensorType[], build: (b: GraphBuilder, ...inputs: Value[]) => Value): Graph {
  const b = graphBuilder();
  return b.finish([build(b, ...types.map((type) => b.input(type)))]);
}

const floats = (...shape: number[]): TensorType => ({ dtype: 'float32', shape });
const ints = (...shape: number[]): TensorType => ({ dtype: 'int32', shape });

async function resultOf(backend: Backend, graph: Graph, inputs: readonly HostArray[]): Promise<number[]> {
  const executable = await backend.compile(graph, { donated: inputs.map((_, i) => i) });
  const buffers = inputs.map((input) => backend.upload(input));
  try {
    const [output] = await executable.run(buffers);
    const { data } = await backend.read(output);
    backend.release(output);
    return Array.from(data);
  } catch (error) {
    for (const buffer of buffers) backend.release(buffer);
    throw error;
  } finally {
    executable.dispose();
  }
}

let backend: OnnxRuntimeBackend;

beforeAll(async () => {
  backend = await createOnnxRuntimeBackend({ threads: 1, fallback: createCpuBackend(), leastOperations: 0 });
});

describe('the backend onnxruntime', () => {
  test('computes in ONNX Runtime, and releases donated inputs', async () => {
    const sum = graphOf([floats(2), floats(2)], (b, x, y) => b.add(x, y));
    const inputs = [hostArray('float32', [2], Float32Array.of(1, 2)), hostArray('float32', [2], Float32Array.of(3, 4))];
    expect(await resultOf(backend, sum, inputs)).toEqual([4, 6]);
    expect(backend.memory()).toEqual({ held: 0, reserved: 0, buffers: 0 });
  });

  test('copies what it uploads and reads', async () => {
    const array = hostArray('float32', [2], Float32Array.of(1, 2));
    const buffer = backend.upload(array);
    array.data[0] = 9;
    const read = await backend.read(buffer);
    read.data[1] = 9;
    expect(Array.from((await backend.read(buffer)).data)).toEqual([1, 2]);
    backend.release(buffer);
  });

  test('stores float16 in two bytes and returns the rounded numbers', async () => {
    const buffer = backend.upload(hostArray('float16', [2], Float32Array.of(1.5, 2049)));
    expect(backend.memory().held).toBe(4);
    expect(Array.from((await backend.read(buffer)).data)).toEqual([1.5, 2048]);
    backend.release(buffer);
  });

  test('shares the memory of a buffer with its first rows', async () => {
    const buffer = backend.upload(hostArray('int32', [3, 2], Int32Array.of(1, 2, 3, 4, 5, 6)));
    const rows = backend.firstRows?.(buffer, 2) ?? buffer;
    expect(await backend.read(rows)).toEqual(hostArray('int32', [2, 2], Int32Array.of(1, 2, 3, 4)));
    backend.release(rows);
    expect(backend.memory().buffers).toBe(0);
  });

  test.each([7, -1])('reports the index %i as the CPU does, and keeps the donated inputs', async (index) => {
    const x = hostArray('float32', [5], new Float32Array(5));
    const at = hostArray('int32', [3], Int32Array.of(0, index, 1));
    const error = { code: 'index', data: { index, extent: 5, position: 1, inputsKept: true } };
    const gather = graphOf([floats(5), ints(3)], (b, from, indices) => b.gather(from, indices, 0));
    await expect(resultOf(backend, gather, [x, at])).rejects.toMatchObject(error);
    const updates = hostArray('float32', [3], new Float32Array(3));
    const scatter = graphOf([floats(5), ints(3), floats(3)], (b, from, indices, update) =>
      b.scatterElements(from, indices, update, 0, 'add'),
    );
    await expect(resultOf(backend, scatter, [x, at, updates])).rejects.toMatchObject(error);
    expect(backend.memory().buffers).toBe(0);
  });

  test('reports an index that is out of range for its own axis only', async () => {
    const scatter = graphOf([floats(3, 4), ints(1, 2), floats(1)], (b, x, indices, updates) =>
      b.scatterND(x, indices, updates, 'add'),
    );
    const x = hostArray('float32', [3, 4], new Float32Array(12));
    // As a position in the whole array, 0 · 4 + 5 would be in range.
    const at = hostArray('int32', [1, 2], Int32Array.of(0, 5));
    const one = hostArray('float32', [1], Float32Array.of(1));
    await expect(resultOf(backend, scatter, [x, at, one])).rejects.toMatchObject({ code: 'index', data: { index: 5 } });
  });

  test('computes 0 for products over no elements, of which ONNX Runtime leaves some uninitialized', async () => {
    const types = [floats(3, 4, 0), floats(3, 0, 5)];
    const product = graphOf(types, (b, x, y) => b.dot(x, y, [[0, 0]], [[2, 1]]));
    const inputs = types.map(({ shape }) => hostArray('float32', shape, new Float32Array(0)));
    expect(await resultOf(backend, product, inputs)).toEqual(new Array(60).fill(0));
  });

  test.each([
    ['each channel alone', 3, floats(1, 6, 6, 6), floats(3, 2, 4, 4)],
    ['few channels', 1, floats(3, 2, 6, 6), floats(5, 2, 4, 4)],
    ['more channels', 1, floats(6, 2, 6, 6), floats(5, 2, 4, 4)],
    ['many channels and few positions', 1, floats(40, 2, 3, 3), floats(36, 2, 2, 2)],
  ])('computes gradients of filters as the CPU does: %s', async (_, groups, image, slopes) => {
    const steps = { strides: [1, 1], lhsDilation: [1, 1], rhsDilation: [1, 1], groups };
    const padding = [
      [0, 0],
      [0, 0],
    ] as const;
    // A gradient is computed, unlike the filters of a layer, which are inputs.
    const gradient = graphOf([image, slopes], (b, x, g) => b.conv(x, b.neg(g), { ...steps, padding }));
    const inputs = [image, slopes].map(({ shape }) => {
      return hostArray(
        'float32',
        shape,
        Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7) % 11) - 5),
      );
    });
    expect(await resultOf(backend, gradient, inputs)).toEqual(await resultOf(createCpuBackend(), gradient, inputs));
  });

  test('finds NaN in maxima', async () => {
    const x = hostArray('float32', [2, 3], Float32Array.of(1, Number.NaN, 3, 4, 5, 6));
    const largest = graphOf([floats(2, 3)], (b, value) => b.reduceMax(value, [1]));
    expect(await resultOf(backend, largest, [x])).toEqual([Number.NaN, 6]);
    const position = graphOf([floats(2, 3)], (b, value) => b.argMax(value, 1));
    expect(await resultOf(backend, position, [x])).toEqual([1, 2]);
  });
});

describe('the placement of a graph', () => {
  /** Compiles a graph and returns where it runs. */
  async function placementOf(on: OnnxRuntimeBackend, graph: Graph) {
    const executable = await on.compile(graph, { donated: [] });
    const [placement] = on.placements();
    expect(await executable.describe()).toContain(placement.reason);
    executable.dispose();
    expect(on.placements()).toEqual([]);
    return placement;
  }

  const square = graphOf([floats(100, 100)], (b, x) => b.dot(x, x, [], [[1, 0]]));

  test('depends on the number of operations', async () => {
    const choosing = await createOnnxRuntimeBackend({ fallback: createCpuBackend() });
    expect(await placementOf(choosing, square)).toMatchObject({ place: 'onnxruntime', operations: 2_000_000 });
    const small = graphOf([floats(10)], (b, x) => b.neg(x));
    expect(await placementOf(choosing, small)).toMatchObject({ place: 'fallback', operations: 10 });
  });

  test('is the other backend for dtypes that ONNX Runtime computes with fewer digits', async () => {
    const wide = graphOf([{ dtype: 'float64', shape: [100] }], (b, x) => b.erf(x));
    expect(await placementOf(backend, wide)).toMatchObject({ place: 'fallback' });
  });

  test('is split where random numbers are made, which are those of the other backend', async () => {
    const key: TensorType = { dtype: 'uint32', shape: [2] };
    const graph = graphOf([floats(1000), key], (b, x, k) => {
      const [dropped] = applyComposite(b, 'dropout', [x, k], { rate: 0.4 });
      return b.add(dropped, x);
    });
    const placement = await placementOf(backend, graph);
    expect(placement.place).toBe('split');
    const x = hostArray('float32', [1000], new Float32Array(1000).fill(3));
    const seed = hostArray('uint32', [2], Uint32Array.of(1, 2));
    expect(await resultOf(backend, graph, [x, seed])).toEqual(await resultOf(createCpuBackend(), graph, [x, seed]));
  });
});

describe('createOnnxRuntimeBackend', () => {
  test('refuses options that it does not have', async () => {
    const options = { thread: 2 };
    await expect(createOnnxRuntimeBackend(options as object)).rejects.toMatchObject({ code: 'argument' });
    await expect(createOnnxRuntimeBackend({ runtime: {} })).rejects.toMatchObject({ code: 'argument' });
  });

  test.each([
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load',
    'no available backend found. ERR: [cuda] backend not found.',
  ])('reports a provider that cannot be loaded, and does not compute elsewhere: %s', async (message) => {
    const create = () => Promise.reject(new Error(message));
    const runtime = { InferenceSession: { create }, Tensor: class {} };
    const cuda = await createOnnxRuntimeBackend({ runtime, providers: ['cuda'], fallback: createCpuBackend() });
    const graph = graphOf([floats(100, 100)], (b, x) => b.dot(x, x, [], [[1, 0]]));
    const error = { code: 'argument', data: { name: 'providers', given: ['cuda'] } };
    await expect(cuda.compile(graph, { donated: [] })).rejects.toMatchObject(error);
  });

  test('names a provider that the installed build lacks', async () => {
    const lacking = createOnnxRuntimeBackend({ providers: ['quantum'], fallback: createCpuBackend() });
    await expect(lacking).rejects.toMatchObject({ code: 'argument', data: { given: 'quantum' } });
  });

  test.each([
    ['threads', 2],
    ['measures', true],
  ])('rejects the option `%s` for onnxruntime-web, which would ignore it', async (name, value) => {
    // Like onnxruntime-web, without `listSupportedBackends`.
    const runtime = { InferenceSession: {}, Tensor: class {} };
    const created = createOnnxRuntimeBackend({ runtime, [name]: value, fallback: createCpuBackend() });
    await expect(created).rejects.toMatchObject({ code: 'argument', data: { name } });
  });

  test.each([1, 3])('computes with %i threads', async (threads) => {
    // Linux lists the threads of a process in this folder.
    const count = () => (existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : null);
    const threaded = await createOnnxRuntimeBackend({ threads, leastOperations: 0, fallback: createCpuBackend() });
    const before = count();
    const executable = await threaded.compile(
      graphOf([floats(9)], (b, x) => b.neg(x)),
      { donated: [] },
    );
    // The thread that calls computes, too.
    expect(count()).toBe(before === null ? null : before + threads - 1);
    executable.dispose();
  });

  test.each([
    ['disabled', ['MatMul', 'Add', 'Max']],
    ['extended', ['Gemm', 'Max']],
  ] as const)('optimizes graphs at the level `%s`', async (optimization, expected) => {
    const options = { optimization, measures: true, threads: 1, leastOperations: 0, fallback: createCpuBackend() };
    const optimizing = await createOnnxRuntimeBackend(options);
    const types = [floats(4, 5), floats(5, 6), floats(6)];
    const layer = graphOf(types, (b, x, w, bias) => {
      const sums = b.add(b.dot(x, w, [], [[1, 0]]), b.expand(bias, [4, 6], [1]));
      return b.max(sums, b.full(sums, 0));
    });
    const executable = await optimizing.compile(layer, { donated: [] });
    const buffers = types.map(({ shape }) =>
      optimizing.upload(hostArray('float32', shape, new Float32Array(sizeOf(shape)))),
    );
    await executable.run(buffers);
    const operators = (await executable.steps?.())?.map(({ name }) => name.split(' ')[0]);
    expect(operators).toEqual(expected);
    executable.dispose();
  });
});
