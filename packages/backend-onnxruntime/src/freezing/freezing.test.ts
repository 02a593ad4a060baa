import { beforeEach, describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import {
  applyComposite,
  type Backend,
  type Buffer,
  type Executable,
  type Graph,
  graphBuilder,
  type HostArray,
  hostArray,
  sizeOf,
  type TensorType,
} from '@manabi/ir';
import { createOnnxRuntimeBackend, type OnnxRuntimeBackend } from '../backend.ts';

const floats = (...shape: number[]): TensorType => ({ dtype: 'float32', shape });

/** Types of the inputs of the network: images, filters, scale and shift of a normalization, matrix, bias. */
const types = [floats(8, 3, 8, 8), floats(8, 3, 3, 3), floats(8), floats(8), floats(8 * 36, 5), floats(5)];

/** A mask of the images, a convolution, a normalization, ReLU6, and a dense layer. */
function network(): Graph {
  const b = graphBuilder();
  const [x, filters, scale, shift, matrix, bias] = types.map((type) => b.input(type));
  const steps = { strides: [1, 1], lhsDilation: [1, 1], rhsDilation: [1, 1], groups: 1 };
  const padding = [
    [0, 0],
    [0, 0],
  ] as const;
  const masked = b.select(b.less(x, b.full(x, 0.9)), x, b.full(x, 0));
  const maps = b.conv(masked, filters, { ...steps, padding });
  const shape = [8, 8, 6, 6];
  const normalized = b.add(b.mul(maps, b.expand(scale, shape, [1])), b.expand(shift, shape, [1]));
  const [active] = applyComposite(b, 'relu6', [normalized], {});
  const sums = b.dot(b.reshape(active, [8, 8 * 36]), matrix, [], [[1, 0]]);
  return b.finish([b.add(sums, b.expand(bias, [8, 5], [1]))]);
}

/** Returns numbers in (-1, 1) that depend on a seed. */
function arrayOf({ shape }: TensorType, seed: number): HostArray {
  const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(1 + i * 1.7 + seed * 7.3));
  return hostArray('float32', shape, data);
}

/** The network on a backend, with weights that can be replaced one by one. */
class Running {
  readonly #backend: Backend;
  readonly #weights: Buffer[];
  readonly #arrays: HostArray[];
  readonly executable: Executable;

  private constructor(backend: Backend, executable: Executable, seed: number) {
    this.#backend = backend;
    this.executable = executable;
    this.#arrays = types.slice(1).map((type, i) => arrayOf(type, seed + i));
    this.#weights = this.#arrays.map((array) => backend.upload(array));
  }

  static async on(backend: Backend, seed = 1, executable?: Executable): Promise<Running> {
    return new Running(backend, executable ?? (await backend.compile(network(), { donated: [] })), seed);
  }

  /** Predicts images, and returns the results beside those of the CPU. */
  async predict(
    images: HostArray,
  ): Promise<{ readonly made: readonly number[]; readonly expected: readonly number[] }> {
    const cpu = createCpuBackend();
    const reference = await cpu.compile(network(), { donated: [] });
    const [expected] = await reference.run([images, ...this.#arrays].map((array) => cpu.upload(array)));
    const x = this.#backend.upload(images);
    const [made] = await this.executable.run([x, ...this.#weights]);
    this.#backend.release(x);
    const [a, b] = [await this.#backend.read(made), await cpu.read(expected)];
    this.#backend.release(made);
    return { made: Array.from(a.data), expected: Array.from(b.data) };
  }

  /** Predicts several batches, and checks the results. */
  async check(runs: number): Promise<void> {
    for (let run = 0; run < runs; run++) {
      const { made, expected } = await this.predict(arrayOf(types[0], 100 + run));
      const largest = Math.max(...expected.map(Math.abs));
      expect(largest).toBeGreaterThan(1);
      expect(Math.max(...made.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(3e-6 * largest);
    }
  }

  replace(weight: number, seed: number): void {
    this.#backend.release(this.#weights[weight]);
    this.#arrays[weight] = arrayOf(types[weight + 1], seed);
    this.#weights[weight] = this.#backend.upload(this.#arrays[weight]);
  }

  release(): void {
    for (const buffer of this.#weights) this.#backend.release(buffer);
  }
}

let backend: OnnxRuntimeBackend;
const frozenInputs = () => backend.placements().map((placement) => placement.frozenInputs);

beforeEach(async () => {
  const fallback = createCpuBackend();
  backend = await createOnnxRuntimeBackend({ threads: 1, fallback, leastOperations: 0, freezeAfter: 3 });
});

describe('weights that stay the same', () => {
  test('become constants after some runs, with the results of the CPU before and after', async () => {
    const running = await Running.on(backend);
    await running.check(2);
    expect(frozenInputs()).toEqual([0]);
    expect(await running.executable.describe()).not.toContain('constants');
    await running.check(3);
    expect(frozenInputs()).toEqual([5]);
    expect(await running.executable.describe()).toContain('Weights are constants: 5 inputs');
    const { held, reserved } = backend.memory();
    // The first input is uploaded for each run, to the memory of the one before.
    expect(reserved - held).toBe(4 * types.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  });

  test('let ONNX Runtime merge the normalization into the convolution', async () => {
    const options = { threads: 1, leastOperations: 0, freezeAfter: 2, measures: true, fallback: createCpuBackend() };
    backend = await createOnnxRuntimeBackend(options);
    const running = await Running.on(backend);
    await running.check(4);
    const operators = ((await running.executable.steps?.()) ?? []).map(({ name }) => name.split(' ')[0]);
    expect(operators.filter((name) => name.endsWith('Conv'))).toHaveLength(1);
    // The only product is that with the mask of the images.
    expect(operators.filter((name) => name === 'Mul' || name === 'Add')).toEqual(['Mul']);
  });

  test.each([0, 1, 2, 3, 4])('are read anew when weight %i is replaced', async (weight) => {
    const running = await Running.on(backend);
    await running.check(4);
    expect(frozenInputs()).toEqual([5]);
    running.replace(weight, 50);
    expect(frozenInputs()).toEqual([0]);
    await running.check(13);
    expect(frozenInputs()).toEqual([5]);
    await running.check(1);
  });

  test('stay inputs if they are replaced between few runs', async () => {
    const running = await Running.on(backend);
    for (let epoch = 0; epoch < 6; epoch++) {
      await running.check(4);
      running.replace(epoch % 5, 60 + epoch);
    }
    expect(frozenInputs()).toEqual([0]);
    const { held, reserved } = backend.memory();
    expect(reserved - held).toBe(4 * sizeOf(types[0].shape));
  });

  test('are those of the caller when two sets of weights use one session', async () => {
    const first = await Running.on(backend, 1);
    const second = await Running.on(backend, 20, first.executable);
    await first.check(4);
    expect(frozenInputs()).toEqual([5]);
    await second.check(2);
    await first.check(1);
    for (let run = 0; run < 4; run++) for (const each of [first, second]) await each.check(1);
    expect(frozenInputs()).toEqual([0]);
  });

  test('are not kept in memory after they are released', async () => {
    const running = await Running.on(backend);
    await running.check(4);
    running.release();
    expect(backend.memory()).toEqual({ held: 0, reserved: 0, buffers: 0 });
    expect(await running.executable.describe()).toContain('closed until the next run');
    running.executable.dispose();
  });

  test('are also those of the session that repeats a run with numbers that are not finite', async () => {
    const running = await Running.on(backend);
    await running.check(4);
    const images = arrayOf(types[0], 3);
    images.data[10] = Number.POSITIVE_INFINITY;
    const { made, expected } = await running.predict(images);
    for (const [i, value] of expected.entries()) expect(made[i]).toBeCloseTo(value, 4);
    expect(await running.executable.describe()).toMatch(/1 runs repeated.*\nWeights are constants/);
    await running.check(2);
  });

  test('stay inputs if each run releases them', async () => {
    const executable = await backend.compile(network(), { donated: [1, 4] });
    const kept = [2, 3, 5].map((i) => [i, backend.upload(arrayOf(types[i], i))] as const);
    for (let run = 0; run < 5; run++) {
      const inputs = types.map(
        (type, i) => kept.find(([input]) => input === i)?.[1] ?? backend.upload(arrayOf(type, i)),
      );
      const [made] = await executable.run(inputs);
      backend.release(made);
      backend.release(inputs[0]);
    }
    expect(frozenInputs()).toEqual([0]);
  });

  test('stay inputs with the option `freezeAfter: null`', async () => {
    const fallback = createCpuBackend();
    backend = await createOnnxRuntimeBackend({ threads: 1, fallback, leastOperations: 0, freezeAfter: null });
    const running = await Running.on(backend);
    await running.check(20);
    expect(frozenInputs()).toEqual([0]);
  });

  test('stay inputs if ONNX Runtime refuses the second session, which the description states', async () => {
    const runtime = await import('onnxruntime-node');
    let sessions = 0;
    const InferenceSession = {
      create: (bytes: Uint8Array, options: object) => {
        if (++sessions === 2) throw new Error('no memory left');
        return runtime.InferenceSession.create(bytes, options);
      },
    };
    const { Tensor, listSupportedBackends } = runtime;
    backend = await createOnnxRuntimeBackend({
      runtime: { InferenceSession, Tensor, listSupportedBackends },
      fallback: createCpuBackend(),
      threads: 1,
      leastOperations: 0,
      freezeAfter: 3,
    });
    const running = await Running.on(backend);
    await running.check(6);
    expect(sessions).toBe(2);
    expect(await running.executable.describe()).toMatch(/Weights stay inputs: .*no memory left/);
  });
});
