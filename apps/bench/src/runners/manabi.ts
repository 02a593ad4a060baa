import {
  add,
  exp,
  fromHost,
  hostArray,
  jit,
  matmul,
  realize,
  relu,
  setBackend,
  softmax,
  sum,
  type Tensor,
  tanh,
} from '@manabi/core';
import '@manabi/backend-cpu/register';
import type { ElementwiseFunction } from '../task-table.ts';
import { operand, rotation } from './inputs.ts';
import { cnn, lastState, mlp, normalizedMlp, textClassifier } from './manabi-networks.ts';
import { training } from './manabi-training.ts';
import { type Library, type Makers, meanMagnitude, type Prepared, type RunnerSettings, serve } from './serve.ts';
import { checkedBy } from './training-check.ts';

async function uploaded(values: Float32Array<ArrayBuffer>, ...shape: number[]): Promise<Tensor> {
  return realize(fromHost(hostArray('float32', shape, values)));
}

/** Repeats a jitted function of resident operands. */
function repeated(operands: readonly Tensor[], call: () => Promise<Tensor>): Prepared {
  return {
    step: async () => {
      (await call()).dispose();
    },
    check: async () => meanMagnitude(await (await call()).data()),
    dispose: () => {
      for (const each of operands) each.dispose();
    },
  };
}

const functions: { readonly [K in Exclude<ElementwiseFunction, 'add'>]: (x: Tensor) => Tensor } = { relu, exp, tanh };

const makers: Makers = {
  matmul: async ({ size }) => {
    const a = await uploaded(operand(size * size, 1), size, size);
    const b = await uploaded(operand(size * size, 2), size, size);
    const run = jit((x: Tensor, y: Tensor) => matmul(x, y));
    return repeated([a, b], () => run(a, b));
  },
  elementwise: async (task) => {
    const a = await uploaded(operand(task.length, 1), task.length);
    const b = await uploaded(operand(task.length, 2), task.length);
    if (task.function === 'add') {
      const run = jit((x: Tensor, y: Tensor) => add(x, y));
      return repeated([a, b], () => run(a, b));
    }
    const apply = functions[task.function];
    const run = jit((x: Tensor) => apply(x));
    return repeated([a, b], () => run(a));
  },
  reduce: async ({ axis, rows, columns }) => {
    const a = await uploaded(operand(rows * columns, 1), rows, columns);
    const run = jit((x: Tensor) => sum(x, axis));
    return repeated([a], () => run(a));
  },
  softmax: async ({ rows, columns }) => {
    const a = await uploaded(operand(rows * columns, 1), rows, columns);
    const run = jit((x: Tensor) => softmax(x));
    return repeated([a], () => run(a));
  },
  replay: async ({ kernels, size }) => {
    const a = await uploaded(operand(size * size, 1), size, size);
    const b = await uploaded(rotation(size), size, size);
    const run = jit((x: Tensor, factor: Tensor) => {
      let value = x;
      for (let kernel = 0; kernel < kernels; kernel++) value = matmul(value, factor);
      return value;
    });
    return repeated([a, b], () => run(a, b));
  },
  'mlp-step': (task) => training(mlp(task)),
  'cnn-step': (task) => training(cnn(task)),
  'bn-mlp-step': (task) => checkedBy(training(normalizedMlp({ ...task, dropout: 0 })), training(normalizedMlp(task))),
  'lstm-step': (task) => training(lastState(task)),
  'embedding-step': (task) => training(textClassifier(task)),
};

async function load({ variant }: RunnerSettings): Promise<Library> {
  await setBackend(variant);
  // The backend has one thread, whatever is asked for.
  return { version: 'source', threads: 1, note: null, makers };
}

await serve(load);
