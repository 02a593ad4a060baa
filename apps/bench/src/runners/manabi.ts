import {
  add,
  exp,
  fromHost,
  type HostArray,
  hostArray,
  jit,
  matmul,
  mean,
  realize,
  relu,
  setBackend,
  softmax,
  softmaxCrossEntropy,
  sum,
  type Tensor,
  tanh,
  valueAndGrad,
} from '@manabi/core';
import '@manabi/backend-cpu/register';
import { adam, type OptimizerState } from '@manabi/optimizers';
import type { ElementwiseFunction, TaskOf } from '../tasks.ts';
import { batchesOf, denseStarts, operand, rotation } from './inputs.ts';
import {
  CHECKED_STEP,
  type Library,
  type Makers,
  meanMagnitude,
  type Prepared,
  type RunnerSettings,
  serve,
} from './serve.ts';

/** A dense layer. */
type Dense = { readonly kernel: Tensor; readonly bias: Tensor };

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
  'mlp-step': mlpStep,
};

function logitsOf(layers: readonly Dense[], images: Tensor): Tensor {
  let value = images;
  for (const [index, { kernel, bias }] of layers.entries()) {
    const sums = add(matmul(value, kernel), bias);
    value = index === layers.length - 1 ? sums : relu(sums);
  }
  return value;
}

function lossOf(layers: readonly Dense[], images: Tensor, labels: Tensor): Tensor {
  return mean(softmaxCrossEntropy(logitsOf(layers, images), labels));
}

async function mlpStep(task: TaskOf<'mlp-step'>): Promise<Prepared> {
  const optimizer = adam({ learningRate: 0.001 });
  const train = jit(
    (params: readonly Dense[], state: OptimizerState<readonly Dense[]>, images: Tensor, labels: Tensor) => {
      const [loss, gradients] = valueAndGrad(lossOf)(params, images, labels);
      return { loss, ...optimizer.update(params, gradients, state) };
    },
    { donate: [0, 1], name: 'train' },
  );
  const batches = batchesOf(task).map(({ images, labels }) => ({
    images: hostArray('float32', [task.batch, task.units[0]], images),
    labels: hostArray('int32', [task.batch], labels),
  }));
  let params: readonly Dense[] = denseStarts(task).map(({ inputs, outputs, kernel, bias }) => ({
    kernel: fromHost(hostArray('float32', [inputs, outputs], kernel)),
    bias: fromHost(hostArray('float32', [outputs], bias)),
  }));
  let state = optimizer.init(params);
  let loss: Tensor | null = null;
  let position = 0;
  const nextBatch = (): { readonly images: HostArray; readonly labels: HostArray } => {
    const batch = batches[position];
    position = (position + 1) % batches.length;
    return batch;
  };
  const step = async (): Promise<void> => {
    const { images, labels } = nextBatch();
    ({ loss, params, state } = await train(params, state, images, labels));
  };
  return {
    step,
    check: async () => {
      for (let done = 0; done < CHECKED_STEP; done++) await step();
      return loss === null ? Number.NaN : loss.item();
    },
    dispose: () => {
      for (const { kernel, bias } of params) {
        kernel.dispose();
        bias.dispose();
      }
    },
  };
}

async function load({ variant }: RunnerSettings): Promise<Library> {
  await setBackend(variant);
  // The backend has one thread, whatever is asked for.
  return { version: 'source', threads: 1, note: null, makers };
}

await serve(load);
