import { createCpuBackend, getThreads, setThreads } from '@manabi/backend-cpu';
import {
  add,
  exp,
  fromHost,
  hostArray,
  jit,
  matmul,
  profile,
  realize,
  registerBackend,
  relu,
  setBackend,
  softmax,
  sum,
  type Tensor,
  tanh,
} from '@manabi/core';
import '@manabi/backend-cpu/register';
import type { ElementwiseFunction, NetworkKind } from '../task-table.ts';
import { operand, rotation, SUMMED } from './inputs.ts';
import { type Library, type Makers, type MakersOf, meanMagnitude } from './library.ts';
import { cnn, lastState, mlp, normalizedMlp, textClassifier } from './manabi-networks.ts';
import { training } from './manabi-training.ts';
import type { Prepared } from './prepared.ts';
import { checkedBy } from './training-check.ts';

async function uploaded(values: Float32Array<ArrayBuffer>, ...shape: number[]): Promise<Tensor> {
  return realize(fromHost(hostArray('float32', shape, values)));
}

/** Prepares a task that calls a jitted function repeatedly. The operands stay in the memory of the backend. */
function repeated(operands: readonly Tensor[], f: (...operands: Tensor[]) => Tensor): Prepared {
  const run = jit(f);
  return {
    step: async () => {
      (await run(...operands)).dispose();
    },
    check: async () => meanMagnitude(await (await run(...operands)).data()),
    steps: () => profile(run, ...operands),
    dispose: () => {
      for (const each of operands) each.dispose();
    },
  };
}

const functions: { readonly [K in Exclude<ElementwiseFunction, 'add'>]: (x: Tensor) => Tensor } = { relu, exp, tanh };

const makers: Makers & MakersOf<NetworkKind> = {
  matmul: async ({ size }) => {
    const a = await uploaded(operand(size * size, 1), size, size);
    const b = await uploaded(operand(size * size, 2), size, size);
    return repeated([a, b], (x, y) => matmul(x, y));
  },
  elementwise: async (task) => {
    const a = await uploaded(operand(task.length, 1), task.length);
    if (task.function !== 'add') return repeated([a], functions[task.function]);
    const b = await uploaded(operand(task.length, 2), task.length);
    return repeated([a, b], (x, y) => add(x, y));
  },
  reduce: async ({ axis, rows, columns }) => {
    const a = await uploaded(operand(rows * columns, 1), rows, columns);
    return repeated([a], (x) => sum(x, axis));
  },
  softmax: async ({ rows, columns }) => {
    const a = await uploaded(operand(rows * columns, 1), rows, columns);
    return repeated([a], (x) => softmax(x));
  },
  replay: async ({ kernels, size }) => {
    const a = await uploaded(operand(size * size, 1), size, size);
    const b = await uploaded(rotation(size), size, size);
    return repeated([a, b], (x, factor) => {
      let value = x;
      for (let kernel = 0; kernel < kernels; kernel++) value = matmul(value, factor);
      return value;
    });
  },
  'mlp-step': (task) => training(mlp(task)),
  'cnn-step': (task) => training(cnn(task)),
  'bn-mlp-step': (task) => checkedBy(training(normalizedMlp({ ...task, dropout: 0 })), training(normalizedMlp(task))),
  'lstm-step': (task) => training(lastState(task)),
  'embedding-step': (task) => training(textClassifier(task)),
  'gpt-step': async (task) => (await networks())['gpt-step'](task),
  'network-step': async (task) => (await networks())['network-step'](task),
  predict: async (task) => (await networks()).predict(task),
};

/** Loads what only networks need: layers and architectures. Neither the start times nor pages include it. */
async function networks(): Promise<MakersOf<NetworkKind>> {
  const { networkMakers } = await import('./networks/manabi.ts');
  return networkMakers;
}

registerBackend('cpu-measured', () => createCpuBackend({ measures: true }));

/** Loads manabi with a backend. The start times of `cpu` exclude the other backend. */
export async function load({
  variant,
  threads = 1,
}: {
  readonly variant: string;
  readonly threads?: number;
}): Promise<Library> {
  if (variant === 'webgpu') await import('@manabi/backend-webgpu/register');
  if (variant === 'onnxruntime' || variant === 'onnxruntime-measured') {
    const { createOnnxRuntimeBackend } = await import('@manabi/backend-onnxruntime');
    const measures = variant !== 'onnxruntime';
    // Weights become constants in the second run, so that slow networks are measured with them too.
    registerBackend(variant, () => createOnnxRuntimeBackend({ threads, measures, freezeAfter: 2 }));
  }
  setThreads(threads);
  await setBackend(variant);
  const library = { version: 'source', threads: getThreads(), note: null, makers };
  return variant === 'webgpu' ? { ...library, finish: await readAfterAll() } : library;
}

/** Returns a function that sums numbers and reads the sum, which the GPU does after everything queued before. */
async function readAfterAll(): Promise<() => Promise<void>> {
  const numbers = await uploaded(operand(SUMMED, 1), SUMMED);
  const summed = jit((x: Tensor) => sum(x));
  return async () => {
    const result = await summed(numbers);
    await result.data();
    result.dispose();
  };
}
