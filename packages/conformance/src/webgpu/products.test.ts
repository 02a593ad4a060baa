import { expect, test } from '@jest/globals';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import {
  type Backend,
  type DType,
  dtypes,
  type Graph,
  graphBuilder,
  type HostArray,
  hostArray,
  inputTypes,
  isFloat,
  ManabiError,
  sizeOf,
  type Value,
} from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { assertArraysClose, type RandomSource, randomSource } from '@manabi/testing';
import { describeWithWebGpu } from './webgpu.fixture.ts';
import { wrappedDevice } from './wrapped-device.fixture.ts';

/** Number of products per test. Override with `MANABI_FUZZ`. */
const COUNT = Number(process.env.MANABI_FUZZ ?? 12);

const lengths = [1, 2, 3, 4, 5, 8, 12, 16, 20, 33, 64];

/**
 * Returns the graph of a random product. Its operands are transposed and sliced, and it may have a batch axis, several
 * free axes and several contracted axes. In half of all graphs, a bias and a maximum follow.
 */
function randomProduct(random: RandomSource): Graph {
  const b = graphBuilder();
  const dtype = random.pick<DType>(['float32', 'float32', 'float32', 'int32', 'uint32']);
  let budget = 20_000;
  const length = (): number => {
    const found = random.pick(lengths.filter((candidate) => candidate <= Math.max(1, budget)));
    budget /= found;
    return found;
  };
  const axes = (most: number): number[] => Array.from({ length: random.integer(0, most + 1) }, length);
  const [batch, rows, contract, columns] = [axes(1), axes(2), axes(2), axes(2)];
  // All inputs of a graph come before its operators.
  const stored = (extents: readonly number[]): (() => Value) => {
    const order = random.permutation(extents.length);
    const isSliced = order.map(() => random.next() < 0.15);
    const whole = order.map((axis, i) => extents[axis] + (isSliced[i] ? 3 : 0));
    const start = isSliced.map((sliced) => (sliced ? random.integer(0, 4) : 0));
    const input = b.input({ dtype, shape: whole });
    return () => {
      const limit = order.map((axis, i) => start[i] + extents[axis]);
      const sliced = b.slice(
        input,
        start,
        limit,
        order.map(() => 1),
      );
      return b.transpose(
        sliced,
        extents.map((_, axis) => order.indexOf(axis)),
      );
    };
  };
  const left = stored([...batch, ...rows, ...contract]);
  const right = stored([...batch, ...contract, ...columns]);
  const biasShape = [...rows, ...columns].slice(-1);
  const bias = b.input({ dtype, shape: biasShape });
  const pairs = (count: number, first: number, second: number) =>
    Array.from({ length: count }, (_, i): [number, number] => [first + i, second + i]);
  const product = b.dot(
    left(),
    right(),
    pairs(batch.length, 0, 0),
    pairs(contract.length, batch.length + rows.length, batch.length),
  );
  if (random.next() < 0.5) return b.finish([product]);
  const shape = b.shape(product);
  const added = b.add(product, b.expand(bias, shape, biasShape.length === 0 ? [] : [shape.length - 1]));
  return b.finish([isFloat(dtype) ? b.max(added, b.constant(0, dtype, shape)) : added]);
}

function randomInputs(graph: Graph, random: RandomSource): readonly HostArray[] {
  return inputTypes(graph).map(({ dtype, shape }) => {
    const data = dtypes[dtype].create(sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = isFloat(dtype) ? random.uniform(-2, 2) : random.integer(0, 1000);
    return hostArray(dtype, shape, data);
  });
}

/** Compiles and runs a graph, and returns its outputs; null if `accepts` rejects the number of its steps. */
async function run(
  backend: Backend,
  graph: Graph,
  inputs: readonly HostArray[],
  accepts: (steps: number) => boolean = () => true,
): Promise<readonly HostArray[] | null> {
  const executable = await backend.compile(graph, { donated: [] });
  if (!accepts((await executable.steps?.())?.length ?? 0)) return null;
  const uploaded = inputs.map((input) => backend.upload(input));
  const outputs = await executable.run(uploaded);
  const read = await Promise.all(outputs.map((output) => backend.read(output)));
  for (const buffer of [...uploaded, ...outputs]) backend.release(buffer);
  executable.dispose();
  return read;
}

/** Makes a product count how often it writes each result, instead of writing it. */
const countingWrites = (code: string): string =>
  code.includes('fn finish(')
    ? code
        .replace(/var<storage, read_write> (b\d+): array<.*>;/, 'var<storage, read_write> $1: array<atomic<u32>>;')
        .replace(/^(b\d+)\[(.*)\] = vec4<.*;$/m, 'for (var c = 0u; c < 4u; c++) { atomicAdd(&$1[4u * ($2) + c], 1u); }')
        .replace(/^(b\d+\[.*\]) = .*;$/m, 'atomicAdd(&$1, 1u);')
    : code;

const [LARGEST_BINDING, MOST_BINDINGS] = [8192, 16];

/** Limits of a device that computes most products in parts; see `divide`. */
const smallBindings = {
  maxStorageBufferBindingSize: LARGEST_BINDING,
  maxStorageBuffersPerShaderStage: MOST_BINDINGS,
};

/** Returns the error of a step that would bind too many windows, and throws all others. */
function refusal(error: unknown): ManabiError {
  if (error instanceof ManabiError && error.code === 'memory' && error.data.windows !== undefined) return error;
  throw error;
}

describeWithWebGpu('products on WebGPU', () => {
  const tunings = [
    ['GPUs', 'hardware'],
    ['drivers that run shaders on the CPU', 'software'],
  ] as const;

  test.each(tunings)('of random views equal those of the interpreter, if tuned for %s', async (_, tuning) => {
    const backend = await createWebGpuBackend({ tuning });
    for (let seed = 0; seed < COUNT; seed++) {
      const random = randomSource(seed);
      const graph = randomProduct(random);
      const inputs = randomInputs(graph, random);
      const [expected] = interpret(graph, inputs);
      const [found] = (await run(backend, graph, inputs)) ?? [];
      const tolerance = isFloat(expected.dtype) ? { rtol: 1e-4, atol: 1e-3 } : { rtol: 0, atol: 0 };
      assertArraysClose(found.data, expected.data, tolerance, `seed ${seed}`);
    }
  });

  // On lavapipe, which runs invocations in order, results that several invocations write may still be right.
  test.each([
    ['GPUs', 'hardware', {}, COUNT / 2],
    ['drivers that run shaders on the CPU', 'software', {}, COUNT / 2],
    ['GPUs, in parts', 'hardware', smallBindings, COUNT / 4],
    ['drivers that run shaders on the CPU, in parts', 'software', smallBindings, COUNT / 4],
  ] as const)('write each result exactly once, if tuned for %s', async (_, tuning, limits, least) => {
    let hasSeveralWindows = false;
    const device = await wrappedDevice({
      limits,
      shader: (code) => {
        hasSeveralWindows ||= code.includes('fn store_');
        return hasSeveralWindows ? code : countingWrites(code);
      },
    });
    let [counted, refused] = [0, 0];
    for (let seed = 0; seed < COUNT; seed++) {
      const random = randomSource(seed);
      const graph = randomProduct(random);
      // A new backend has new buffers, which contain zeros.
      const backend = await createWebGpuBackend({ tuning, device });
      hasSeveralWindows = false;
      const found = await run(backend, graph, randomInputs(graph, random), (steps) => steps === 1).catch(refusal);
      if (found instanceof ManabiError) {
        // The operand is larger than all windows of it that a step can bind beside the other operand and the result.
        expect(found.data.bytes).toBeGreaterThan((MOST_BINDINGS - 3) * LARGEST_BINDING);
        refused++;
        continue;
      }
      // Functions that select a window are not counted.
      if (found === null || hasSeveralWindows) continue;
      const [counts] = found;
      const writes = new Set(new Uint32Array(counts.data.slice().buffer));
      expect({ seed, writes }).toEqual({ seed, writes: sizeOf(counts.shape) === 0 ? new Set() : new Set([1]) });
      counted++;
    }
    expect(counted).toBeGreaterThan(least);
    expect(refused).toBeLessThan(COUNT / 50);
  });
});
