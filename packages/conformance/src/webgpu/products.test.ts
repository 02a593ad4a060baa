import { expect, test } from '@jest/globals';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import {
  type DType,
  dtypes,
  type Graph,
  graphBuilder,
  hostArray,
  inputTypes,
  isFloat,
  sizeOf,
  type Value,
} from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { assertArraysClose, type RandomSource, randomSource } from '@manabi/testing';
import { describeWithWebGpu } from './webgpu.fixture.ts';

/** Number of products per test. Override with `MANABI_FUZZ`. */
const COUNT = Number(process.env.MANABI_FUZZ ?? 40);

const lengths = [1, 2, 3, 4, 5, 8, 12, 16, 20, 33, 64];

/**
 * Returns the graph of a random product. Its operands are transposed and sliced, and it may have a batch axis, several
 * free axes and several contracted axes. In half of all graphs, a bias and a maximum follow.
 */
function randomProduct(random: RandomSource): Graph {
  const b = graphBuilder();
  const pick = <T>(list: readonly T[]): T => list[random.integer(0, list.length)];
  const dtype = pick<DType>(['float32', 'float32', 'float32', 'int32', 'uint32']);
  let budget = 20_000;
  const length = (): number => {
    const found = pick(lengths.filter((candidate) => candidate <= Math.max(1, budget)));
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

describeWithWebGpu('products on WebGPU', () => {
  test.each([
    ['GPUs', 'hardware'],
    ['drivers that run shaders on the CPU', 'software'],
  ] as const)('of random views equal those of the interpreter, if tuned for %s', async (_, tuning) => {
    const backend = await createWebGpuBackend({ tuning });
    for (let seed = 0; seed < COUNT; seed++) {
      const random = randomSource(seed);
      const graph = randomProduct(random);
      const inputs = inputTypes(graph).map(({ dtype, shape }) => {
        const data = dtypes[dtype].create(sizeOf(shape));
        for (let i = 0; i < data.length; i++)
          data[i] = isFloat(dtype) ? random.uniform(-2, 2) : random.integer(0, 1000);
        return hostArray(dtype, shape, data);
      });
      const executable = await backend.compile(graph, { donated: [] });
      const outputs = await executable.run(inputs.map((input) => backend.upload(input)));
      const expected = interpret(graph, inputs);
      for (const [i, output] of outputs.entries()) {
        const { data } = await backend.read(output);
        const tolerance = { rtol: 1e-4, atol: 1e-3 };
        assertArraysClose(
          data,
          expected[i].data,
          isFloat(expected[i].dtype) ? tolerance : { rtol: 0, atol: 0 },
          `seed ${seed}`,
        );
      }
      executable.dispose();
    }
    expect(backend.memory().buffers).toBeGreaterThan(0);
  });
});
