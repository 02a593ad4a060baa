import { expect, test } from '@jest/globals';
import { createWebGpuBackend, type WebGpuBackendOptions } from '@manabi/backend-webgpu';
import {
  applyComposite,
  type Backend,
  type Graph,
  graphBuilder,
  type HostArray,
  hostArray,
  inputTypes,
  newElements,
  sizeOf,
  type Value,
  vjpGraph,
} from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { assertArraysClose, type RandomSource, randomSource } from '@manabi/testing';
import { describeWithWebGpu } from './webgpu.fixture.ts';
import { wrappedDevice } from './wrapped-device.fixture.ts';

/**
 * Number of calls per test. `MANABI_FUZZ` sets the number of products in other tests; drivers that run shaders on the CPU compile
 * attention about 40 times as slowly.
 */
const COUNT = Math.max(2, Math.ceil(Number(process.env.MANABI_FUZZ ?? 0) / 40));

/**
 * Returns the graph of a random attention, with float16 or float32 operands that are transposed, sliced or broadcast, and none or
 * one of the masks.
 */
function randomAttention(random: RandomSource): Graph {
  const b = graphBuilder();
  const dtype = random.pick(['float32', 'float32', 'float16'] as const);
  const batch = random.pick([[], [3], [2, 3]]);
  const [queries, keys] = [random.pick([1, 4, 31, 33, 65]), random.pick([1, 3, 8, 32, 45, 70])];
  const [features, width] = [random.pick([1, 4, 6, 20]), random.pick([1, 3, 4, 33])];
  const stored = (
    lengths: readonly number[],
    of: 'float32' | 'float16' | 'bool',
    mayRepeat: boolean,
  ): (() => Value) => {
    const shape = [...batch, ...lengths];
    const order = random.permutation(shape.length);
    const repeats = mayRepeat && batch.length > 0 && random.next() < 0.5;
    const isSliced = random.next() < 0.3;
    const whole = order.map((axis) => (repeats && axis === 0 ? 1 : shape[axis] + (isSliced ? 2 : 0)));
    const input = b.input({ dtype: of, shape: whole });
    return () => {
      const start = order.map((axis) => (isSliced && !(repeats && axis === 0) ? 1 : 0));
      const limit = order.map((axis, i) => (repeats && axis === 0 ? 1 : start[i] + shape[axis]));
      const sliced = b.slice(
        input,
        start,
        limit,
        order.map(() => 1),
      );
      const moved = b.transpose(
        sliced,
        shape.map((_, axis) => order.indexOf(axis)),
      );
      return repeats
        ? b.expand(
            moved,
            shape,
            shape.map((_, axis) => axis),
          )
        : moved;
    };
  };
  const operands = [
    stored([queries, features], dtype, false),
    stored([keys, features], dtype, true),
    stored([keys, width], dtype, true),
  ];
  const mask = random.pick([null, 'bool', dtype] as const);
  if (mask !== null) operands.push(stored([queries, keys], mask, true));
  const config = { scale: random.uniform(0.1, 1), causal: random.next() < 0.5 };
  return b.finish(
    applyComposite(
      b,
      'attention',
      operands.map((each) => each()),
      config,
    ),
  );
}

/** Returns the graph of the gradient of an attention for its float operands, which views of the inputs are. */
function gradientOf(graph: Graph, wrt: readonly number[] = [0, 1, 2]): Graph {
  return vjpGraph(graph, { wrt });
}

function randomInputs(graph: Graph, random: RandomSource): readonly HostArray[] {
  return inputTypes(graph).map((type) => {
    const data = newElements('randomInputs', type);
    const isBool = type.dtype === 'bool';
    for (let i = 0; i < data.length; i++)
      data[i] = isBool ? random.integer(0, 2) : Math.round(random.uniform(-256, 256)) / 128;
    return hostArray(type.dtype, type.shape, data);
  });
}

async function run(backend: Backend, graph: Graph, inputs: readonly HostArray[]) {
  const executable = await backend.compile(graph, { donated: [] });
  const uploaded = inputs.map((input) => backend.upload(input));
  const outputs = await executable.run(uploaded);
  const results = await Promise.all(outputs.map((output) => backend.read(output)));
  for (const buffer of [...uploaded, ...outputs]) backend.release(buffer);
  return { results, read: results[0], plan: await executable.describe() };
}

/** Returns the graph of a call with `[steps, features]` operands. */
function attentionOf(queries: number, keys: number, width: number, causal = false): Graph {
  const b = graphBuilder();
  const shapes = [
    [queries, 4],
    [keys, 4],
    [keys, width],
  ];
  const inputs = shapes.map((shape) => b.input({ dtype: 'float32', shape }));
  return b.finish(applyComposite(b, 'attention', inputs, { scale: 0.5, causal }));
}

describeWithWebGpu('attention on WebGPU', () => {
  const configurations: readonly (readonly [string, WebGpuBackendOptions])[] = [
    ['tuned for GPUs, with default limits', { tuning: 'hardware', defaultLimits: true }],
    ['tuned for drivers that run shaders on the CPU, with the limits of the adapter', { tuning: 'software' }],
  ];

  test.each(configurations)('of random views equals that of the interpreter, %s', async (name, options) => {
    const backend = await createWebGpuBackend(options);
    const first = 1000 * configurations.findIndex(([other]) => other === name);
    for (let seed = first; seed < first + COUNT; seed++) {
      const random = randomSource(seed);
      const graph = randomAttention(random);
      const inputs = randomInputs(graph, random);
      const [expected] = interpret(graph, inputs);
      const { read, plan } = await run(backend, graph, inputs);
      expect(plan).toMatch(/step \d+: attention/);
      const tolerance = read.dtype === 'float16' ? { rtol: 2e-3, atol: 2e-3 } : { rtol: 1e-4, atol: 1e-5 };
      assertArraysClose(read.data, expected.data, tolerance, `seed ${seed}`);
    }
  });

  test.each(configurations)('has gradients of random views as the interpreter, %s', async (name, options) => {
    const backend = await createWebGpuBackend(options);
    const first = 500 + 1000 * configurations.findIndex(([other]) => other === name);
    for (let seed = first; seed < first + Math.ceil(COUNT / 2); seed++) {
      const random = randomSource(seed);
      const graph = gradientOf(randomAttention(random));
      const inputs = randomInputs(graph, random);
      const expected = interpret(graph, inputs);
      const { results, plan } = await run(backend, graph, inputs);
      expect(plan).toMatch(/step \d+: attentionQueryGradient/);
      expect(plan).toMatch(/step \d+: attentionKeyGradient/);
      for (const [i, { dtype, data }] of results.entries()) {
        const tolerance = dtype === 'float16' ? { rtol: 4e-3, atol: 4e-3 } : { rtol: 1e-4, atol: 2e-5 };
        assertArraysClose(data, expected[i].data, tolerance, `seed ${seed}, output ${i}`);
      }
    }
  });

  test('stores no probabilities for gradients, unless a bias that is added to the scores needs one', async () => {
    const backend = await createWebGpuBackend({ tuning: 'software' });
    const b = graphBuilder();
    const operands = [60, 52, 52].map((rows) => b.input({ dtype: 'float32', shape: [rows, 4] }));
    const bias = b.input({ dtype: 'float32', shape: [60, 52] });
    const config = { scale: 0.5, causal: false };
    const graph = b.finish(applyComposite(b, 'attention', [...operands, bias], config));
    for (const [wrt, stored] of [
      [[0, 1, 2], 1],
      [[0, 1, 2, 3], 2],
    ] as const) {
      const gradient = gradientOf(graph, wrt);
      const inputs = randomInputs(gradient, randomSource(5));
      const expected = interpret(gradient, inputs);
      const { results, plan } = await run(backend, gradient, inputs);
      // The bias is a matrix of queries and keys, and so is its gradient.
      expect((plan.match(/float32\[3120\]/g) ?? []).length).toBeGreaterThanOrEqual(stored);
      if (stored === 1) expect(plan.match(/float32\[3120\]/g)).toHaveLength(1);
      for (const [i, { data }] of results.entries())
        assertArraysClose(data, expected[i].data, { rtol: 1e-4, atol: 2e-5 }, `output ${i}`);
    }
  });

  test('accesses large operands and results through windows', async () => {
    const limits = { maxStorageBufferBindingSize: 4096, maxStorageBuffersPerShaderStage: 16 };
    const attended = attentionOf(300, 150, 8, true);
    for (const graph of [attended, gradientOf(attended)]) {
      const inputs = randomInputs(graph, randomSource(1));
      const expected = interpret(graph, inputs);
      // Without windows, tests above run gradients in both ways.
      for (const tuning of graph === attended ? (['hardware', 'software'] as const) : (['software'] as const)) {
        const backend = await createWebGpuBackend({ tuning, device: await wrappedDevice({ limits }) });
        const { results } = await run(backend, graph, inputs);
        for (const [i, { data }] of results.entries())
          assertArraysClose(data, expected[i].data, { rtol: 1e-4, atol: 1e-5 }, `${tuning}, output ${i}`);
      }
    }
  });

  test('stores no scores, and reads keys after all queries of a tile only if a mask may need them', async () => {
    const backend = await createWebGpuBackend({ tuning: 'hardware' });
    const graph = attentionOf(64, 64, 4, true);
    const inputs = randomInputs(graph, randomSource(2));
    inputs[2].data.fill(Number.NaN, 4 * 32);
    const { read, plan } = await run(backend, graph, inputs);
    expect(plan.match(/float32\[\d+\]/g)).toEqual(['float32[256]', 'float32[256]', 'float32[256]', 'float32[256]']);
    expect([...read.data.subarray(0, 4 * 32)].every(Number.isFinite)).toBe(true);
    expect([...read.data.subarray(4 * 32)].every(Number.isNaN)).toBe(true);
  });

  test('is computed by its body if values are wider than 256', async () => {
    const backend = await createWebGpuBackend();
    const graph = attentionOf(3, 5, 257);
    const inputs = randomInputs(graph, randomSource(3));
    const { read, plan } = await run(backend, graph, inputs);
    expect(plan).toMatch(/step \d+: dot/);
    expect(plan).not.toMatch(/step \d+: attention/);
    const [expected] = interpret(graph, inputs);
    expect(sizeOf(read.shape)).toBe(3 * 257);
    assertArraysClose(read.data, expected.data, { rtol: 1e-4, atol: 1e-5 });
  });
});
