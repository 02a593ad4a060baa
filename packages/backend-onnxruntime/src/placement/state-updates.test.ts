import { beforeEach, describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import {
  type Backend,
  type Buffer,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  type HostArray,
  hostArray,
  inputTypes,
  ManabiError,
  sizeOf,
  type TensorType,
  type Value,
} from '@manabi/ir';
import { createOnnxRuntimeBackend, type OnnxRuntimeBackend } from '../backend.ts';
import { splitUpdates } from './split-updates.ts';

const floats = (...shape: number[]): TensorType => ({ dtype: 'float32', shape });
const [ROWS, COLUMNS, BATCH] = [300, 70, 5];
const weights = floats(ROWS, COLUMNS);

/** Updates a weight by its gradient; returns the results that are outputs. */
type Update = (b: GraphBuilder, weight: Value, gradient: Value, state: readonly Value[]) => readonly Value[];

/** A step of a least-squares fit: the loss, and the results of an update. Inputs: weight, batch, then the state. */
function stepOf(state: readonly TensorType[], update: Update): Graph {
  const b = graphBuilder();
  const [weight, x, ...rest] = [weights, floats(BATCH, ROWS), ...state].map((type) => b.input(type));
  const y = b.dot(x, weight, [], [[1, 0]]);
  const gradient = b.dot(x, y, [], [[0, 0]]);
  return b.finish([b.reduceSum(b.mul(y, y), [0, 1]), ...update(b, weight, gradient, rest)]);
}

const scaled = (b: GraphBuilder, value: Value, factor: number) => b.mul(value, b.full(value, factor));

const adam: Update = (b, weight, gradient, [m, v, step]) => {
  const next = b.add(step, b.constant(1, 'float32', []));
  const rate = b.mul(b.sqrt(next), b.constant(1e-3, 'float32', []));
  const momentum = b.add(m, scaled(b, b.sub(gradient, m), 0.1));
  const velocity = b.add(v, scaled(b, b.sub(b.mul(gradient, gradient), v), 0.001));
  const size = b.add(b.sqrt(velocity), b.full(velocity, 1e-7));
  const change = b.div(b.mul(momentum, b.expand(rate, weights.shape, [])), size);
  return [b.sub(weight, change), momentum, velocity, next];
};

const descent: Update = (b, weight, gradient) => [b.sub(weight, scaled(b, gradient, 0.01))];

const adamStep = stepOf([weights, weights, floats()], adam);

function arraysFor(graph: Graph): readonly HostArray[] {
  return inputTypes(graph).map(({ shape }, input) => {
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.abs(Math.sin(i + 7 * input)));
    return hostArray('float32', shape, data);
  });
}

/** Runs steps whose outputs, except for the first one, replace the inputs of the given indices; returns all outputs. */
async function train(backend: Backend, graph: Graph, replaced: readonly number[], steps: number): Promise<number[][]> {
  const executable = await backend.compile(graph, { donated: replaced });
  const buffers = arraysFor(graph).map((array) => backend.upload(array));
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const [loss, ...state] = await executable.run(buffers);
    losses.push((await backend.read(loss)).data[0]);
    backend.release(loss);
    for (const [i, input] of replaced.entries()) buffers[input] = state[i];
  }
  const arrays: number[][] = [losses];
  for (const buffer of buffers) {
    arrays.push(Array.from((await backend.read(buffer)).data));
    backend.release(buffer);
  }
  executable.dispose();
  return arrays;
}

let fallback: Backend;
let backend: OnnxRuntimeBackend;

beforeEach(async () => {
  fallback = createCpuBackend({ threads: 1 });
  backend = await createOnnxRuntimeBackend({ threads: 1, fallback, leastOperations: 0 });
});

describe('updates of the state of a training', () => {
  test('have the results of the CPU, and leave no memory behind', async () => {
    const made = await train(backend, adamStep, [0, 2, 3, 4], 5);
    const expected = await train(createCpuBackend(), adamStep, [0, 2, 3, 4], 5);
    for (const [i, array] of made.entries()) {
      const largest = Math.max(...expected[i].map(Math.abs));
      expect(Math.max(...array.map((value, j) => Math.abs(value - expected[i][j])))).toBeLessThan(1e-5 * largest);
    }
    expect(backend.memory()).toEqual({ held: 0, reserved: 0, buffers: 0 });
    expect(fallback.memory()).toMatchObject({ held: 0, buffers: 0 });
  });

  test('do not change a state that an earlier step returned twice', async () => {
    const twice = stepOf([weights, weights, floats()], (...given) => {
      const [weight, ...state] = adam(...given);
      return [weight, ...state, weight];
    });
    const executable = await backend.compile(twice, { donated: [0, 2, 3, 4] });
    expect(await executable.describe()).toContain('cpu:');
    const [start, batch, ...rest] = arraysFor(twice).map((array) => backend.upload(array));
    const [, weight, m, v, count, kept] = await executable.run([start, batch, ...rest]);
    const firstOf = async (buffer: Buffer) => (await backend.read(buffer)).data.slice(0, 9);
    const elements = await firstOf(kept);
    let state = [weight, m, v, count];
    for (let step = 0; step < 3; step++) {
      const [moving, ...others] = state;
      [, ...state] = (await executable.run([moving, batch, ...others])).slice(0, 5);
    }
    expect(await firstOf(kept)).toEqual(elements);
    executable.dispose();
  });

  test('run on the other backend, where the state stays', async () => {
    const executable = await backend.compile(adamStep, { donated: [0, 2, 3, 4] });
    expect(backend.placements()).toMatchObject([
      { place: 'split', reason: 'cpu updates its state; ONNX Runtime computes the rest.' },
    ]);
    const parts = (await executable.describe()).split('ONNX Runtime:\n')[1].split('\ncpu:\n');
    expect(parts[0]).toBe('MatMul × 2, Mul × 1, ReduceSum × 1, Transpose × 1');
    expect(parts[1]).toContain('sqrt');
    executable.dispose();
  });

  test('stay in ONNX Runtime if they compute little for each number, or nothing is donated', async () => {
    expect(splitUpdates(stepOf([], descent), [0])).toBe(null);
    expect(splitUpdates(adamStep, [])).toBe(null);
    expect(splitUpdates(adamStep, [0, 2, 3, 4])?.update.outputs).toHaveLength(4);
  });

  test('take gradients that are outputs too, and values that are several outputs', async () => {
    const step = stepOf([weights, weights, floats()], (b, weight, gradient, state) => {
      const [next, momentum, velocity, count] = adam(b, weight, gradient, state);
      return [next, momentum, velocity, count, gradient, velocity, gradient];
    });
    const executable = await backend.compile(step, { donated: [0, 2, 3, 4] });
    expect(backend.placements()).toMatchObject([{ place: 'split' }]);
    const outputs = await executable.run(arraysFor(step).map((array) => backend.upload(array)));
    const [, , , velocity, , gradient, again, twice] = await Promise.all(outputs.map((each) => backend.read(each)));
    expect(again).toEqual(velocity);
    expect(twice).toEqual(gradient);
    const squares = Array.from(gradient.data, (value) => 0.001 * value * value);
    const start = arraysFor(step)[3].data;
    for (const i of [0, 1, 777]) expect(velocity.data[i] / (0.999 * start[i] + squares[i])).toBeCloseTo(1, 5);
    for (const output of outputs) backend.release(output);
  });

  test('of a large weight leave those of others in ONNX Runtime if they compute little', () => {
    const b = graphBuilder();
    const [weight, x, m, v, step, other] = [...inputTypes(adamStep), floats(4, 5)].map((type) => b.input(type));
    const gradient = b.dot(x, b.dot(x, weight, [], [[1, 0]]), [], [[0, 0]]);
    const slope = b.slice(gradient, [0, 0], [4, 5], [1, 1]);
    const graph = b.finish([...adam(b, weight, gradient, [m, v, step]), ...descent(b, other, slope, [])]);
    const split = splitUpdates(graph, [0, 2, 3, 4, 5]);
    expect(split?.update.outputs).toHaveLength(4);
    expect(split?.updateInputs).not.toContain(5);
  });
});

describe('a run whose updates fail on the other backend', () => {
  /** Makes the next run of executables on the fallback fail. */
  function failNext(error: Error, releases: boolean): void {
    const compile = fallback.compile.bind(fallback);
    let isPending = true;
    Object.assign(fallback, {
      compile: async (...given: Parameters<Backend['compile']>) => {
        const executable = await compile(...given);
        return {
          ...executable,
          run: (inputs: readonly Buffer[]) => {
            if (!isPending) return executable.run(inputs);
            isPending = false;
            if (releases) for (const donated of given[1].donated) fallback.release(inputs[donated]);
            throw error;
          },
        };
      },
    });
  }

  test('keeps its inputs if they are unchanged, and can be repeated', async () => {
    const expected = await train(backend, adamStep, [0, 2, 3, 4], 1);
    const full = new ManabiError('memory', 'The memory does not suffice.', { op: 'run', data: { inputsKept: true } });
    failNext(full, false);
    const executable = await backend.compile(adamStep, { donated: [0, 2, 3, 4] });
    const buffers = arraysFor(adamStep).map((array) => backend.upload(array));
    await expect(executable.run(buffers)).rejects.toMatchObject({ code: 'memory', data: { inputsKept: true } });
    expect(backend.memory().buffers).toBe(buffers.length);
    const [, weight] = await executable.run(buffers);
    expect(Array.from((await backend.read(weight)).data)).toEqual(expected[1]);
  });

  test('releases the donated inputs if their elements are lost', async () => {
    const executable = await backend.compile(adamStep, { donated: [0, 2, 3, 4] });
    const given = arraysFor(adamStep).map((array) => backend.upload(array));
    const [loss, ...state] = await executable.run(given);
    executable.dispose();
    failNext(new ManabiError('backend', 'The state is lost.', { op: 'run' }), true);
    const failing = await backend.compile(adamStep, { donated: [0, 2, 3, 4] });
    const [weight, m, v, step] = state;
    const failed = failing.run([weight, given[1], m, v, step]);
    await expect(failed).rejects.toMatchObject({ code: 'backend', data: { inputsKept: false } });
    for (const buffer of [loss, given[1]]) backend.release(buffer);
    expect(backend.memory().buffers).toBe(0);
    expect(fallback.memory().buffers).toBe(0);
  });
});
