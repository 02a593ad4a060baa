import { test } from '@jest/globals';
import { createWebGpuBackend } from '@manabi/backend-webgpu';
import { type Graph, graphBuilder, hostArray, inputTypes, sizeOf } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { assertArraysClose, type RandomSource, randomSource } from '@manabi/testing';
import { describeWithWebGpu } from './webgpu.fixture.ts';
import { wrappedDevice } from './wrapped-device.fixture.ts';

/** Number of graphs per test. Override with `MANABI_FUZZ`. */
const COUNT = Number(process.env.MANABI_FUZZ ?? 30);

/**
 * Returns the graph of a random normalization: statistics of rows of x, values per row and column, and results with the
 * shapes of the inputs, so that results take over the memory of donated inputs.
 */
function randomNormalization(random: RandomSource): Graph {
  const b = graphBuilder();
  const shape = random.pick([
    [8, 40],
    [16, 100],
    [4, 8, 40],
    [3, 40, 33],
    [40, 300],
    [2, 1100],
  ]);
  const isKept = shape.map((_, axis) => axis === 0 || (axis < shape.length - 1 && random.next() < 0.5));
  const kept = shape.flatMap((_, axis) => (isKept[axis] ? [axis] : []));
  const reduced = shape.flatMap((_, axis) => (isKept[axis] ? [] : [axis]));
  const rowShape = kept.map((axis) => shape[axis]);
  const x = b.input({ dtype: 'float32', shape });
  const row = b.input({ dtype: 'float32', shape: rowShape });
  const scale = b.input({ dtype: 'float32', shape: [shape[1]] });
  const spread = (value: typeof row) => b.expand(value, shape, kept);
  const scaled = random.next() < 0.5 ? x : b.mul(x, b.expand(scale, shape, [1]));
  const statistic = b.emit(random.pick(['reduceSum', 'reduceMax'] as const), [scaled], { axes: reduced })[0];
  const small = b.mul(statistic, b.constant(0.01, 'float32', rowShape));
  const nextRow = b.add(b.mul(row, b.constant(0.9, 'float32', rowShape)), small);
  const centered = b.sub(x, spread(random.pick([small, nextRow])));
  const second = b.mul(b.reduceSum(b.mul(centered, centered), reduced), b.constant(0.01, 'float32', rowShape));
  const result = b.mul(centered, spread(random.pick([small, nextRow, second])));
  return b.finish(random.next() < 0.5 ? [nextRow, result] : [result, nextRow]);
}

describeWithWebGpu('graphs whose results overwrite donated inputs', () => {
  test.each([
    ['hardware', 'all of a buffer', {}],
    ['software', 'all of a buffer', {}],
    [
      'hardware',
      'small windows',
      { limits: { maxStorageBufferBindingSize: 4096, maxStorageBuffersPerShaderStage: 16 } },
    ],
    [
      'software',
      'small windows',
      { limits: { maxStorageBufferBindingSize: 4096, maxStorageBuffersPerShaderStage: 16 } },
    ],
  ] as const)('compute the values of the interpreter, tuned for %s and binding %s', async (tuning, _, changes) => {
    const backend = await createWebGpuBackend({ tuning, device: await wrappedDevice(changes) });
    const count = 'limits' in changes ? Math.ceil(COUNT / 3) : COUNT;
    for (let seed = 0; seed < count; seed++) {
      const random = randomSource(seed);
      const graph = randomNormalization(random);
      const inputs = inputTypes(graph).map(({ shape }) =>
        hostArray('float32', shape, random.float32Array(sizeOf(shape))),
      );
      const expected = interpret(graph, inputs);
      const executable = await backend.compile(graph, { donated: [0, 1] });
      const outputs = await executable.run(inputs.map((input) => backend.upload(input)));
      for (const [i, output] of outputs.entries()) {
        const { data } = await backend.read(output);
        assertArraysClose(data, expected[i].data, { rtol: 1e-3, atol: 1e-3 }, `seed ${seed}, output ${i}`);
        backend.release(output);
      }
      executable.dispose();
    }
  });
});
