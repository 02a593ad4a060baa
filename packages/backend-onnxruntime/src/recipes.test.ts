import { beforeAll, describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import {
  applyComposite,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  type HostArray,
  hostArray,
  sizeOf,
  type Value,
} from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { inspectOnnx } from '@manabi/onnx';
import { type GraphToOnnxOptions, graphToOnnx } from '@manabi/onnx/backend';
import { createOnnxRuntimeBackend, type OnnxRuntimeBackend } from './backend.ts';

/** Creates a graph with the types of the inputs. */
function graphOf(
  inputs: readonly HostArray[],
  build: (b: GraphBuilder, ...inputs: Value[]) => Value | readonly Value[],
): Graph {
  const b = graphBuilder();
  return b.finish([build(b, ...inputs.map((input) => b.input(input)))].flat());
}

/** Creates an array of distinct multiples of 1/16 between -5 and 5. */
function floats(...shape: number[]): HostArray {
  const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => (((i * 37) % 161) - 80) / 16);
  return hostArray('float32', shape, data);
}

function ints(shape: readonly number[], ...values: number[]): HostArray {
  return hostArray('int32', shape, Int32Array.from(values));
}

/** Returns how often each operator occurs in the file of a graph. */
function operatorsOf(graph: Graph, options: GraphToOnnxOptions = {}): Readonly<Record<string, number>> {
  return inspectOnnx(graphToOnnx(graph, options).file).operators;
}

let backend: OnnxRuntimeBackend;

beforeAll(async () => {
  backend = await createOnnxRuntimeBackend({ threads: 1, fallback: createCpuBackend(), leastOperations: 0 });
});

/** Runs a graph in ONNX Runtime. */
async function resultsOf(
  graph: Graph,
  inputs: readonly HostArray[],
  on: OnnxRuntimeBackend = backend,
): Promise<readonly HostArray[]> {
  const executable = await on.compile(graph, { donated: [] });
  const buffers = inputs.map((input) => on.upload(input));
  const made = await executable.run(buffers);
  const results: HostArray[] = [];
  for (const buffer of made) results.push(await on.read(buffer));
  for (const buffer of [...buffers, ...made]) on.release(buffer);
  executable.dispose();
  return results;
}

/** Expects the results of the reference interpreter, up to rounding. */
async function expectEqual(graph: Graph, inputs: readonly HostArray[]): Promise<void> {
  const made = await resultsOf(graph, inputs);
  for (const [i, expected] of interpret(graph, inputs).entries()) {
    const difference = Math.max(
      ...made[i].data.map((value, at) => Math.abs(Number(value) - Number(expected.data[at]))),
    );
    const scale = Math.max(1, ...expected.data.map((value) => Math.abs(Number(value))));
    expect(made[i].shape).toEqual(expected.shape);
    expect(difference).toBeLessThanOrEqual(1e-5 * scale);
  }
}

describe('scattered slices', () => {
  const inputs = [floats(5, 3), ints([6, 1], 4, 0, 4, 4, 2, 0), floats(6, 3)];

  test.each(['add', 'set'] as const)('are written by ScatterND with one thread, in mode %s', async (mode) => {
    const graph = graphOf(inputs, (b, x, indices, updates) => b.scatterND(x, indices, updates, mode));
    expect(operatorsOf(graph, { isSequential: true })).toMatchObject({ ScatterND: 1 });
    await expectEqual(graph, inputs);
  });

  test('are written by ScatterElements with several threads, between which ScatterND has races', () => {
    const graph = graphOf(inputs, (b, x, indices, updates) => b.scatterND(x, indices, updates, 'add'));
    expect(operatorsOf(graph)).toMatchObject({ ScatterElements: 1 });
  });
});

describe('sums of equal rows by index', () => {
  const indices = (...values: number[]): HostArray =>
    ints([4, 20, 1], ...Array.from({ length: 80 }, (_, i) => values[i] ?? (i * i) % 9));

  function sumOf(rows: number, given: HostArray): { graph: Graph; inputs: readonly HostArray[] } {
    const inputs = [given, floats(4, 3)];
    const graph = graphOf(inputs, (b, at, slopes) => {
      const zeros = b.constant(0, 'float32', [rows, 3]);
      return b.scatterND(zeros, at, b.expand(slopes, [4, 20, 3], [0, 2]), 'add');
    });
    return { graph, inputs };
  }

  test('are products with the counts of the indices', async () => {
    const { graph, inputs } = sumOf(9, indices());
    expect(operatorsOf(graph)).toMatchObject({ ScatterElements: 1, MatMul: 1 });
    const threaded = await createOnnxRuntimeBackend({ threads: 2, fallback: createCpuBackend(), leastOperations: 0 });
    const [made] = await resultsOf(graph, inputs, threaded);
    const expected = interpret(graph, inputs)[0].data;
    for (const [i, value] of made.data.entries()) expect(value).toBeCloseTo(Number(expected[i]), 4);
  });

  test.each([9, -1, 2 ** 31 - 1, -(2 ** 31)])('reject the index %d', async (index) => {
    const { graph, inputs } = sumOf(9, indices(0, 0, index));
    const threaded = await createOnnxRuntimeBackend({ threads: 2, fallback: createCpuBackend(), leastOperations: 0 });
    await expect(resultsOf(graph, inputs, threaded)).rejects.toMatchObject({ code: 'index' });
  });

  test('are added one by one if there are many more rows than indices', () => {
    expect(operatorsOf(sumOf(5000, indices()).graph)).not.toHaveProperty('MatMul');
  });
});

describe('linear interpolation of images', () => {
  const config = { axes: [1, 2], interpolation: 'bilinear', antialias: false } as const;

  test('is a product with the weights of each axis if the factors are not integers', async () => {
    const inputs = [floats(2, 5, 4, 3)];
    const graph = graphOf(inputs, (b, x) => applyComposite(b, 'resize', [x], { ...config, lengths: [3, 3] }));
    expect(operatorsOf(graph)).not.toHaveProperty('Resize');
    await expectEqual(graph, inputs);
  });

  test('is written by Resize for integer factors', async () => {
    const inputs = [floats(2, 5, 4, 3)];
    const graph = graphOf(inputs, (b, x) => applyComposite(b, 'resize', [x], { ...config, lengths: [10, 12] }));
    expect(operatorsOf(graph)).toMatchObject({ Resize: 1 });
    await expectEqual(graph, inputs);
  });
});

describe('products over several axes', () => {
  test('are reshaped before they are transposed if their rows are last in memory', async () => {
    const inputs = [floats(3, 5, 4), floats(3, 5, 6)];
    const pairs = [[0, 0] as const, [1, 1] as const];
    const graph = graphOf(inputs, (b, x, y) => b.dot(x, y, [], pairs));
    expect(operatorsOf(graph)).toEqual({ Reshape: 2, Transpose: 1, MatMul: 1 });
    await expectEqual(graph, inputs);
  });

  test('keep their batch axes', async () => {
    const inputs = [floats(2, 3, 5, 4), floats(2, 5, 3, 6)];
    const graph = graphOf(inputs, (b, x, y) =>
      b.dot(
        x,
        y,
        [[0, 0]],
        [
          [1, 2],
          [2, 1],
        ],
      ),
    );
    await expectEqual(graph, inputs);
  });
});

describe('loops', () => {
  test('contain only what depends on the iteration before', async () => {
    const inputs = [floats(4), floats(7, 4), floats(7, 4)];
    const inner = graphBuilder();
    const [carry, x, y] = inputs.map(() => inner.input({ dtype: 'float32', shape: [4] }));
    const next = inner.tanh(inner.mul(inner.mul(carry, x), inner.sub(inner.full(y, 1), inner.mul(y, y))));
    const body = inner.finish([next, next]);
    const graph = graphOf(inputs, (b, ...operands) =>
      b.scan(operands, { body, carries: 1, xs: 2, length: 7, reverse: false }),
    );
    // The body contains Mul, Tanh and Identity.
    expect(operatorsOf(graph)).toEqual({ Scan: 1, Mul: 3, Sub: 1, Tanh: 1, Identity: 1 });
    await expectEqual(graph, inputs);
  });
});

describe('sums over the first axes', () => {
  test.each([
    [[32, 5], [0]],
    [
      [3, 4, 5],
      [0, 1],
    ],
    [[10, 4, 5], [0]],
  ])('are products with a vector of ones: %j, axes %j', async (shape, axes) => {
    const inputs = [floats(...shape)];
    const graph = graphOf(inputs, (b, x) => b.reduceSum(x, axes));
    expect(operatorsOf(graph)).toHaveProperty('MatMul');
    await expectEqual(graph, inputs);
  });

  test('propagate infinities within their column', async () => {
    const inputs = [floats(8, 2)];
    inputs[0].data[4] = Number.POSITIVE_INFINITY;
    const graph = graphOf(inputs, (b, x) => b.reduceSum(x, [0]));
    expect((await resultsOf(graph, inputs))[0].data).toEqual(interpret(graph, inputs)[0].data);
  });

  test.each([
    [[7, 5], [0]],
    [[5000, 2], [0]],
    [[32, 5], [1]],
    [
      [32, 5],
      [0, 1],
    ],
  ])('have an operator of their own otherwise: %j, axes %j', (shape, axes) => {
    const graph = graphOf([floats(...shape)], (b, x) => b.reduceSum(x, axes));
    expect(operatorsOf(graph)).toEqual({ ReduceSum: 1 });
  });
});

describe('gradients of max pooling', () => {
  // Many equal elements, so that most windows have several maxima.
  const images = (...shape: number[]): HostArray =>
    hostArray(
      'float32',
      shape,
      Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7) % 11) % 3),
    );

  test.each([
    { shape: [2, 3, 8, 8], window: [2, 2] },
    { shape: [2, 3, 9, 7], window: [2, 2] },
    { shape: [3, 6, 5], window: [2, 2] },
    { shape: [2, 3, 6, 6], window: [1, 2] },
    { shape: [2, 3, 6, 6], window: [2, 1] },
    { shape: [2, 3, 6, 6], window: [1, 1] },
    { shape: [2, 3, 9], window: [2] },
    { shape: [2, 3, 9, 10], window: [3, 3] },
    { shape: [2, 3], window: [] },
  ])('go to the first maximum of each window: $shape, $window', async ({ shape, window }) => {
    const pooled = shape.map((length, axis) => Math.floor(length / (window[axis - shape.length + window.length] ?? 1)));
    const inputs = [images(...shape), floats(...pooled)];
    const attributes = {
      window,
      strides: window,
      padding: window.map(() => [0, 0] as const),
      dilation: window.map(() => 1),
    };
    const graph = graphOf(inputs, (b, x, slopes) => {
      const [, indices] = b.maxPool(x, attributes);
      return b.maxUnpool(slopes, indices, { ...attributes, inputShape: shape.slice(shape.length - window.length) });
    });
    const [made] = await resultsOf(graph, inputs);
    const [expected] = interpret(graph, inputs);
    // -0 counts as 0.
    expect(Array.from(made.data, (value) => Number(value) + 0)).toEqual(Array.from(expected.data));
    const isUnpooled = window.length > 0 && window.every((size) => size <= 2);
    expect(operatorsOf(graph).MaxUnpool).toBe(isUnpooled ? 1 : undefined);
  });
});

describe('convolutions of dilated images with padding beyond them', () => {
  test('are followed by zeros', async () => {
    const inputs = [floats(2, 3, 4, 4), floats(3, 2, 3, 3)];
    const graph = graphOf(inputs, (b, x, filters) => {
      const reversed = b.reverse(b.transpose(filters, [1, 0, 2, 3]), [2, 3]);
      return b.conv(x, reversed, {
        strides: [1, 1],
        padding: [
          [2, 3],
          [2, 4],
        ],
        lhsDilation: [1, 1],
        rhsDilation: [1, 1],
        groups: 1,
      });
    });
    expect(operatorsOf(graph)).toMatchObject({ ConvTranspose: 1, Pad: 1 });
    await expectEqual(graph, inputs);
  });
});
