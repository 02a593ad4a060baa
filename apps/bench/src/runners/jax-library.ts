import type { ElementwiseFunction } from '../task-table.ts';
import { operand, rotation, SUMMED } from './inputs.ts';
import { cnn, mlp, normalizedMlp, textClassifier } from './jax-networks.ts';
import { started } from './jax-started.ts';
import { training } from './jax-training.ts';
import type { Jax, JaxArray } from './jax-types.ts';
import { type Library, type Makers, meanMagnitude } from './library.ts';
import type { Prepared } from './prepared.ts';
import { checkedBy } from './training-check.ts';

function makersOf(jax: Jax): Makers {
  const { numpy: np, nn, jit } = jax;
  const repeated = (operands: readonly JaxArray[], call: () => JaxArray): Prepared => ({
    step: async () => {
      const result = call();
      await started(jax, [result]);
      result.dispose();
    },
    check: async () => meanMagnitude(await call().data()),
    dispose: () => {
      for (const each of operands) each.dispose();
    },
  });
  const matrix = (rows: number, columns: number, seed: number) =>
    np.array(operand(rows * columns, seed)).reshape([rows, columns]);
  const functions: { readonly [K in ElementwiseFunction]: (a: JaxArray, b: JaxArray) => () => JaxArray } = {
    add: (a, b) => {
      const run = jit((x: JaxArray, y: JaxArray) => np.add(x, y));
      return () => run(a.ref, b.ref);
    },
    relu: (a) => {
      const run = jit((x: JaxArray) => nn.relu(x));
      return () => run(a.ref);
    },
    exp: (a) => {
      const run = jit((x: JaxArray) => np.exp(x));
      return () => run(a.ref);
    },
    tanh: (a) => {
      const run = jit((x: JaxArray) => np.tanh(x));
      return () => run(a.ref);
    },
  };
  return {
    matmul: ({ size }) => {
      const [a, b] = [matrix(size, size, 1), matrix(size, size, 2)];
      const run = jit((x: JaxArray, y: JaxArray) => np.matmul(x, y));
      return repeated([a, b], () => run(a.ref, b.ref));
    },
    elementwise: (task) => {
      const [a, b] = [1, 2].map((seed) => np.array(operand(task.length, seed)));
      return repeated([a, b], functions[task.function](a, b));
    },
    reduce: ({ axis, rows, columns }) => {
      const a = matrix(rows, columns, 1);
      const run = jit((x: JaxArray) => np.sum(x, axis));
      return repeated([a], () => run(a.ref));
    },
    softmax: ({ rows, columns }) => {
      const a = matrix(rows, columns, 1);
      const run = jit((x: JaxArray) => nn.softmax(x));
      return repeated([a], () => run(a.ref));
    },
    replay: ({ kernels, size }) => {
      const a = matrix(size, size, 1);
      const factor = np.array(rotation(size)).reshape([size, size]);
      const run = jit((x: JaxArray, y: JaxArray) => {
        let value = x;
        for (let kernel = 0; kernel < kernels; kernel++) value = np.matmul(value, y.ref);
        y.dispose();
        return value;
      });
      return repeated([a, factor], () => run(a.ref, factor.ref));
    },
    'mlp-step': (task) => training(jax, mlp(jax, task)),
    'cnn-step': (task) => training(jax, cnn(jax, task)),
    'bn-mlp-step': (task) =>
      checkedBy(training(jax, normalizedMlp(jax, { ...task, dropout: 0 })), training(jax, normalizedMlp(jax, task))),
    'lstm-step': () => ({ notApplicable: 'jax-js has no loops, and cannot compile 100 unrolled steps' }),
    'embedding-step': (task) => training(jax, textClassifier(jax, task)),
  };
}

/** Initializes jax-js on a device: `wasm`, with one thread, or `webgpu`. */
export async function libraryOf(jax: Jax, version: string, device: string): Promise<Library> {
  const devices = await jax.init(device);
  if (!devices.includes(device)) throw new Error(`jax-js has no device '${device}'; it has ${devices.join(', ')}.`);
  jax.defaultDevice(device);
  const library = { version, threads: 1, note: null, makers: makersOf(jax) };
  return device === 'webgpu' ? { ...library, finish: readAfterAll(jax) } : library;
}

/** Returns a function that sums numbers and reads the sum, which the GPU does after everything queued before. */
function readAfterAll(jax: Jax): () => Promise<void> {
  const numbers = jax.numpy.array(operand(SUMMED, 1));
  const summed = jax.jit((x: JaxArray) => jax.numpy.sum(x));
  return async () => {
    await summed(numbers.ref).data();
  };
}
