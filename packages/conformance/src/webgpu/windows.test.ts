import '@manabi/backend-cpu/register';
import { expect, test } from '@jest/globals';
import { createWebGpuBackend, type Tuning } from '@manabi/backend-webgpu';
import {
  add,
  argmax,
  argmin,
  argsort,
  astype,
  concatenate,
  cond,
  cumsum,
  exp,
  flip,
  jit,
  less,
  matmul,
  max,
  mul,
  pad,
  realize,
  registerBackend,
  relu,
  reshape,
  scan,
  scatterND,
  setBackend,
  softmax,
  sort,
  sub,
  sum,
  type Tensor,
  take,
  tensor,
  topK,
  transpose,
  whileLoop,
  zeros,
} from '@manabi/core';
import { type DType, graphBuilder, hostArray, sizeOf } from '@manabi/ir';
import { sequential, setRandomSeed } from '@manabi/layers';
import { dense, embedding, flatten } from '@manabi/layers/layers';
import { assertArraysClose, randomSource } from '@manabi/testing';
import { describeWithWebGpu, runsAll } from './webgpu.fixture.ts';
import { wrappedDevice } from './wrapped-device.fixture.ts';

/** Largest size of a binding in bytes: 16,384 elements of float32. */
const LARGEST = 2 ** 16;

/** Selects a new WebGPU backend on a device with small bindings. The device checks the size of every binding. */
async function selectSmallBindings(tuning: Tuning = 'hardware'): Promise<void> {
  const device = await wrappedDevice({
    limits: {
      maxStorageBufferBindingSize: LARGEST,
      maxStorageBuffersPerShaderStage: 10,
      minStorageBufferOffsetAlignment: 256,
    },
  });
  const backend = await createWebGpuBackend({ device, tuning });
  registerBackend('webgpu', () => backend);
  await setBackend('webgpu');
}

type Shapes = readonly (readonly number[])[];

function randomTensors(shapes: Shapes, dtype: DType): Tensor[] {
  const random = randomSource(5);
  return shapes.map((shape) => {
    const values = Array.from({ length: sizeOf(shape) }, () =>
      dtype === 'uint8' ? random.integer(0, 256) : random.uniform(-1, 1),
    );
    return astype(tensor(values, { shape, dtype: dtype === 'float16' ? 'float32' : dtype }), dtype);
  });
}

/** Runs a function on `cpu` and on `webgpu`, and compares the results. */
async function compare(
  shapes: Shapes,
  compute: (...inputs: Tensor[]) => Tensor,
  { dtype = 'float32', tolerance = 1e-5 }: { readonly dtype?: DType; readonly tolerance?: number } = {},
): Promise<void> {
  await setBackend('cpu');
  const expected = await (await jit(compute)(...randomTensors(shapes, dtype))).data();
  await setBackend('webgpu');
  const found = await (await jit(compute)(...randomTensors(shapes, dtype))).data();
  assertArraysClose(found, expected, { rtol: tolerance, atol: tolerance }, 'webgpu');
}

const rowIndices = [1999, 0, 1000, 3, 700];

type Compute = (...inputs: Tensor[]) => Tensor;

const cases: readonly (readonly [name: string, shapes: Shapes, compute: Compute, tolerance?: number])[] = [
  ['an elementwise expression', [[50_001], [50_001]], (x, y) => add(mul(x, y), exp(x))],
  ['a transposed and a broadcast operand', [[200, 300], [300, 200], [200]], (x, y, z) => add(add(transpose(x), y), z)],
  ['the sum of all elements', [[70_000]], (x) => sum(x), 1e-4],
  ['sums along the first axis', [[700, 100]], (x) => sum(x, 0), 1e-4],
  ['sums of wide rows along the first axis, over more windows than bindings', [[110, 3000]], (x) => sum(x, 0), 1e-4],
  ['maxima along the first axis, over more windows than bindings', [[100, 4000]], (x) => max(exp(x), 0)],
  [
    'places of minima along the first axis, over more windows than bindings',
    [[100, 4000]],
    (x) => astype(argmin(x, 0), 'float32'),
  ],
  ['sums along the first axes, over more windows than bindings', [[40, 11, 500]], (x) => sum(x, [0, 1]), 1e-4],
  ['sums along the last axis', [[1000, 70]], (x) => sum(x, 1), 1e-4],
  ['maxima and their places', [[500, 111]], (x) => add(max(x, 1), astype(argmax(x, 1), 'float32'))],
  ['softmax of rows that are larger than a binding', [[2, 20_000]], (x) => softmax(x)],
  ['running sums', [[600, 100]], (x) => cumsum(x, 1), 1e-4],
  ['a slice, reversed', [[900, 100]], (x) => flip(x)],
  [
    'padding',
    [[300, 90]],
    (x) =>
      pad(x, [
        [2, 3],
        [4, 6],
      ]),
  ],
  [
    'concatenation',
    [
      [300, 99],
      [300, 99],
    ],
    (x, y) => concatenate([x, y], 0),
  ],
  [
    'concatenation along the last axis',
    [
      [300, 99],
      [300, 99],
    ],
    (x, y) => concatenate([x, y], 1),
  ],
  [
    'a product with many rows',
    [
      [1200, 40],
      [40, 50],
    ],
    (x, y) => relu(matmul(x, y)),
  ],
  [
    'a product with many rows of few terms',
    [
      [30_000, 3],
      [3, 2],
    ],
    (x, y) => matmul(x, y),
  ],
  [
    'a product of a large matrix and a vector',
    [
      [400, 129],
      [129, 1],
    ],
    (x, y) => matmul(x, y),
  ],
  [
    'a product with a large right operand',
    [
      [16, 300],
      [300, 160],
    ],
    (x, y) => matmul(x, y),
  ],
  [
    'a product with a large transposed operand',
    [
      [900, 50],
      [900, 60],
    ],
    (x, y) => matmul(transpose(x), y),
    1e-4,
  ],
  [
    'a product of batches',
    [
      [20, 30, 40],
      [20, 40, 50],
    ],
    (x, y) => matmul(x, y),
  ],
  ['rows taken from a large table', [[2000, 24]], (x) => take(x, rowIndices, 0)],
  [
    'rows scattered into a large table',
    [
      [2000, 24],
      [4, 24],
    ],
    (x, rows) => scatterND(x, [[1999], [0], [1000], [0]], rows, { mode: 'add' }),
  ],
  [
    'rows taken from several large tables, which one step cannot bind together',
    [
      [2000, 24],
      [2000, 24],
      [2000, 24],
    ],
    (x, y, z) => add(add(take(x, rowIndices, 0), take(y, rowIndices, 0)), take(z, rowIndices, 0)),
  ],
  ['the largest elements of rows', [[300, 200]], (x) => topK(x, 3).values],
  ['rows that are sorted in workgroup memory', [[20, 1000]], (x) => sort(x)],
  ['rows that are sorted in chunks', [[8, 5000]], (x) => sort(x)],
  ['the order of a row that is larger than a binding', [[30_000]], (x) => astype(argsort(x), 'float32')],
  [
    'a loop over the slices of a large array',
    [[300, 101]],
    (x) => {
      const [last, all] = scan(
        (carry: Tensor, row: Tensor) => [add(mul(carry, 0.5), row), sub(row, carry)],
        zeros([101]),
        x,
      );
      return concatenate([all, reshape(last, [1, 101])], 0);
    },
  ],
  [
    'a loop over slices in a loop over slices',
    [[6, 50, 67]],
    (x) => {
      const inner = (carry: Tensor, row: Tensor): [Tensor, Tensor] => [add(mul(carry, 0.5), row), sub(row, carry)];
      return scan((carry: Tensor, rows: Tensor) => scan(inner, carry, rows), zeros([67]), x)[1];
    },
  ],
  [
    'a loop with a large carry that the GPU ends',
    [[20_000]],
    (x) =>
      whileLoop(
        (y: Tensor) => less(sum(y), 1e5),
        (y: Tensor) => add(mul(y, y), 1.5),
        x,
      ),
    1e-4,
  ],
  [
    'a branch with large operands',
    [[20_000], [20_000]],
    (x, y) =>
      cond(
        less(sum(x), 1e5),
        (a: Tensor, b: Tensor) => sub(cumsum(a), b),
        (a: Tensor, b: Tensor) => add(a, b),
        x,
        y,
      ),
    1e-4,
  ],
];

/** Each case runs in one of both tunings, or in both if `MANABI_WEBGPU` is `all`. */
const casesFor = (tuning: Tuning): typeof cases =>
  cases.filter((_, i) => runsAll || (i % 2 === 0) === (tuning === 'hardware'));

const tunings = ['hardware', 'software'] as const;

describeWithWebGpu('tensors larger than a binding', () => {
  for (const tuning of tunings) {
    test.each(casesFor(tuning))(
      `are computed as by cpu, tuned for ${tuning}: %s`,
      async (...[, shapes, compute, tolerance]) => {
        await selectSmallBindings(tuning);
        await compare(shapes, compute, { tolerance });
      },
    );
  }

  test('are computed as by cpu in float16', async () => {
    await selectSmallBindings();
    await compare([[300, 200], [200]], (x, y) => add(mul(x, x), y), { dtype: 'float16', tolerance: 1e-3 });
    const repeated = (x: Tensor) =>
      whileLoop(
        (y: Tensor) => less(max(y), 9),
        (y: Tensor) => add(mul(y, y), 1.5),
        x,
      );
    await compare([[50_001]], repeated, { dtype: 'float16', tolerance: 2e-2 });
    await compare([[4000, 24]], (x) => take(x, [3999, 0, 2000, 3, 700], 0), { dtype: 'float16', tolerance: 0 });
  });

  test('are computed as by cpu from images of uint8, uploaded or computed', async () => {
    await selectSmallBindings();
    await compare([[30, 41, 67]], (x) => add(astype(x, 'float32'), 1), { dtype: 'uint8' });
    const image = await realize(astype(tensor(Float32Array.from({ length: 70_001 }, (_, i) => i % 251)), 'uint8'));
    const found = await (await jit((x: Tensor) => mul(astype(x, 'float32'), 2))(image)).data();
    expect(found).toEqual(Float32Array.from({ length: 70_001 }, (_, i) => 2 * (i % 251)));
  });

  test('are restored if a measured step that overwrites them is repeated', async () => {
    const device = await wrappedDevice({
      limits: { maxStorageBufferBindingSize: LARGEST, minStorageBufferOffsetAlignment: 256 },
      timestampStep: 100_000,
    });
    const backend = await createWebGpuBackend({ device, measures: true });
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [50_000] });
    const executable = await backend.compile(b.finish([b.add(x, b.constant(1, 'float32', [50_000]))]), {
      donated: [0],
    });
    let held = backend.upload(hostArray('float32', [50_000], new Float32Array(50_000)));
    for (let run = 0; run < 5; run++) [held] = await executable.run([held]);
    expect((await backend.read(held)).data).toEqual(new Float32Array(50_000).fill(5));
    expect((await executable.steps?.())?.[0].milliseconds).toBeGreaterThan(0);
  });

  test('may be embeddings, which train as on cpu', async () => {
    const train = async (): Promise<readonly number[]> => {
      setRandomSeed(3);
      const model = sequential([
        embedding({ inputDim: 2000, outputDim: 24, inputShape: [6] }),
        flatten(),
        dense({ units: 4, activation: 'softmax' }),
      ]);
      model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
      const random = randomSource(2);
      const x = hostArray(
        'int32',
        [32, 6],
        Int32Array.from({ length: 192 }, () => random.integer(0, 2000)),
      );
      const y = hostArray(
        'int32',
        [32],
        Int32Array.from({ length: 32 }, () => random.integer(0, 4)),
      );
      const { history } = await model.fit(x, y, { epochs: 4, batchSize: 8, verbose: 0 });
      return history.loss;
    };
    await setBackend('cpu');
    const expected = await train();
    await selectSmallBindings();
    assertArraysClose(
      Float32Array.from(await train()),
      Float32Array.from(expected),
      { rtol: 1e-4, atol: 1e-5 },
      'loss',
    );
  });
});
