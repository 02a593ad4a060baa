import { beforeAll, describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { type Executable, type Graph, graphBuilder, type HostArray, hostArray } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { inspectOnnx } from '@manabi/onnx';
import { graphToOnnx } from '@manabi/onnx/backend';
import { createOnnxRuntimeBackend, type OnnxRuntimeBackend } from './backend.ts';

const [ROWS, COLUMNS] = [40, 50];

let backend: OnnxRuntimeBackend;

beforeAll(async () => {
  backend = await createOnnxRuntimeBackend({ threads: 1, fallback: createCpuBackend(), leastOperations: 0 });
});

/** Creates a graph with a dropout, the same with an inverted mask, and the gradient of a ReLU. */
function masks(rows = ROWS): Graph {
  const b = graphBuilder();
  const mask = b.input({ dtype: 'bool', shape: [rows, COLUMNS] });
  const [x, z, g] = [0, 1, 2].map(() => b.input({ dtype: 'float32', shape: [rows, COLUMNS] }));
  const zero = b.full(x, 0);
  const positive = b.max(z, zero);
  return b.finish([
    b.select(mask, x, zero),
    b.select(mask, zero, x),
    positive,
    b.select(b.less(zero, positive), g, positive),
  ]);
}

/** Creates inputs of `masks`, with one other element each in x, z and g. */
function inputsWith(elements: { readonly x?: number; readonly z?: number; readonly g?: number }): readonly HostArray[] {
  const shape = [ROWS, COLUMNS];
  const size = ROWS * COLUMNS;
  const array = (factor: number, element: number | undefined) => {
    const data = Float32Array.from({ length: size }, (_, i) => ((i * factor) % 13) - 6);
    if (element !== undefined) data[77] = element;
    return hostArray('float32', shape, data);
  };
  const mask = Uint8Array.from({ length: size }, (_, i) => Number((i * i) % 3 === 1));
  return [hostArray('bool', shape, mask), array(5, elements.x), array(7, elements.z), array(11, elements.g)];
}

/** Runs a compiled graph of masks and expects the results of the reference interpreter. */
async function expectExact(executable: Executable, graph: Graph, inputs: readonly HostArray[]): Promise<void> {
  const buffers = inputs.map((input) => backend.upload(input));
  const made = await executable.run(buffers);
  for (const [i, expected] of interpret(graph, inputs).entries()) {
    const result = await backend.read(made[i]);
    // Adding 0 replaces -0 by 0.
    expect(Array.from(result.data, (value) => Number(value) + 0)).toEqual(
      Array.from(expected.data, (value) => Number(value) + 0),
    );
  }
  for (const buffer of [...buffers, ...made]) backend.release(buffer);
}

describe('masked numbers', () => {
  test('are products with a guard', () => {
    const { operators } = inspectOnnx(graphToOnnx(masks(), { isGuarded: true }).file);
    expect(operators).toMatchObject({ Mul: 3, ReduceSum: 4, Sum: 1 });
    expect(operators).not.toHaveProperty('Where');
  });

  test('are selections in small arrays, and without guards', () => {
    const small = inspectOnnx(graphToOnnx(masks(2), { isGuarded: true }).file).operators;
    expect(small).toMatchObject({ Where: 3 });
    expect(small).not.toHaveProperty('Mul');
    const { operators } = inspectOnnx(graphToOnnx(masks()).file);
    expect(operators).toMatchObject({ Where: 3 });
    expect(operators).not.toHaveProperty('Mul');
  });

  test('are exact if they are finite', async () => {
    const graph = masks();
    const executable = await backend.compile(graph, { donated: [] });
    expect(await executable.describe()).not.toContain('Where');
    await expectExact(executable, graph, inputsWith({}));
    expect(await executable.describe()).not.toContain('repeated');
    executable.dispose();
  });

  test.each([
    ['x', Number.NaN],
    ['x', Number.POSITIVE_INFINITY],
    ['z', Number.NaN],
    ['z', Number.POSITIVE_INFINITY],
    ['g', Number.NEGATIVE_INFINITY],
    ['g', Number.NaN],
  ])('are exact if %s contains %d, and in later runs', async (name, value) => {
    const graph = masks();
    const executable = await backend.compile(graph, { donated: [] });
    // More often than the fast form is tried.
    for (let i = 0; i < 10; i++) await expectExact(executable, graph, inputsWith({ [name]: value }));
    expect(await executable.describe()).toContain('8 runs repeated, because numbers were not finite');
    await expectExact(executable, graph, inputsWith({}));
    executable.dispose();
  });

  test('are exact if their sum overflows', async () => {
    const graph = masks();
    const executable = await backend.compile(graph, { donated: [] });
    const [mask, x, ...others] = inputsWith({});
    const large = hostArray('float32', x.shape, new Float32Array(x.data.length).fill(3e38));
    await expectExact(executable, graph, [mask, large, ...others]);
    executable.dispose();
  });
});

describe('the gradient of ReLU6', () => {
  /** Creates a graph of the gradient, from the results of the activation. */
  function slope(): Graph {
    const b = graphBuilder();
    const [x, g] = [0, 1].map(() => b.input({ dtype: 'float32', shape: [ROWS, COLUMNS] }));
    const isBetween = b.and(b.less(b.full(x, 0), x), b.less(x, b.full(x, 6)));
    return b.finish([b.select(b.isNaN(x), b.full(x, Number.NaN), b.select(isBetween, g, b.full(g, 0)))]);
  }

  test('is a product with guards', () => {
    const { operators } = inspectOnnx(graphToOnnx(slope(), { isGuarded: true }).file);
    expect(operators).toMatchObject({ Mul: 1, ReduceSum: 2, Sum: 1 });
    expect(operators).not.toHaveProperty('Where');
    expect(operators).not.toHaveProperty('IsNaN');
    expect(inspectOnnx(graphToOnnx(slope()).file).operators).toMatchObject({ Where: 2, IsNaN: 1 });
  });

  test.each([1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('is exact for %d', async (element) => {
    const graph = slope();
    const executable = await backend.compile(graph, { donated: [] });
    for (const given of [{ z: element }, { g: element }, {}]) {
      await expectExact(executable, graph, inputsWith(given).slice(2));
    }
    executable.dispose();
  });
});

test('a mask that is repeated is not expanded', async () => {
  const b = graphBuilder();
  const mask = b.input({ dtype: 'bool', shape: [COLUMNS] });
  const x = b.input({ dtype: 'float32', shape: [ROWS, COLUMNS] });
  const graph = b.finish([b.select(b.expand(mask, [ROWS, COLUMNS], [1]), x, b.full(x, 0))]);
  const { operators } = inspectOnnx(graphToOnnx(graph, { isGuarded: true }).file);
  expect(operators).toEqual({ Cast: 1, Mul: 1, ReduceSum: 1, Sum: 1 });
  const executable = await backend.compile(graph, { donated: [] });
  const [{ data }, values] = inputsWith({});
  await expectExact(executable, graph, [hostArray('bool', [COLUMNS], data.slice(0, COLUMNS)), values]);
  executable.dispose();
});

test('the gradient of another maximum is a selection', () => {
  const b = graphBuilder();
  const [z, g] = [0, 1].map(() => b.input({ dtype: 'float32', shape: [ROWS, COLUMNS] }));
  const graph = b.finish([b.select(b.less(b.full(z, 0), z), g, z)]);
  expect(inspectOnnx(graphToOnnx(graph, { isGuarded: true }).file).operators).toMatchObject({ Where: 1 });
});
