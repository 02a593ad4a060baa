import type { ElementwiseFunction, NetworkKind, TaskOf } from '../task-table.ts';
import { operand, rotation, SUMMED } from './inputs.ts';
import { type Library, type Makers, type MakersOf, meanMagnitude } from './library.ts';
import type { Prepared } from './prepared.ts';
import type { Tf, TfTensor } from './tensorflow.ts';
import { cnnStep, embeddingStep, lstmStep, normalizedMlpStep } from './tfjs-networks.ts';
import { preparedTraining } from './tfjs-training.ts';
import { batchesOf, denseStarts } from './training-inputs.ts';

function makersOf(tf: Tf, variant: string): Makers & MakersOf<NetworkKind> {
  const repeated = (operands: readonly TfTensor[], call: () => TfTensor): Prepared => ({
    step: () => call().dispose(),
    check: async () => {
      const result = call();
      const values = await result.data();
      result.dispose();
      return meanMagnitude(values);
    },
    dispose: () => {
      for (const each of operands) each.dispose();
    },
  });
  const matrix = (rows: number, columns: number, seed: number) =>
    tf.tensor(operand(rows * columns, seed), [rows, columns]);
  const functions: { readonly [K in ElementwiseFunction]: (x: TfTensor, y: TfTensor) => TfTensor } = {
    add: (x, y) => tf.add(x, y),
    relu: (x) => tf.relu(x),
    exp: (x) => tf.exp(x),
    tanh: (x) => tf.tanh(x),
  };
  return {
    matmul: ({ size }) => {
      const [a, b] = [matrix(size, size, 1), matrix(size, size, 2)];
      return repeated([a, b], () => tf.matMul(a, b));
    },
    elementwise: (task) => {
      const [a, b] = [1, 2].map((seed) => tf.tensor(operand(task.length, seed), [task.length]));
      const apply = functions[task.function];
      return repeated([a, b], () => apply(a, b));
    },
    reduce: ({ axis, rows, columns }) => {
      const a = matrix(rows, columns, 1);
      return repeated([a], () => tf.sum(a, axis));
    },
    softmax: ({ rows, columns }) => {
      const a = matrix(rows, columns, 1);
      return repeated([a], () => tf.softmax(a));
    },
    replay: ({ kernels, size }) => {
      const a = matrix(size, size, 1);
      const factor = tf.tensor(rotation(size), [size, size]);
      const chain = () => {
        let value = a;
        for (let kernel = 0; kernel < kernels; kernel++) value = tf.matMul(value, factor);
        return value;
      };
      return repeated([a, factor], () => tf.tidy(chain));
    },
    'mlp-step': (task) => mlpStep(tf, task),
    'cnn-step': (task) => cnnStep(tf, task),
    'bn-mlp-step': (task) => normalizedMlpStep(tf, task),
    'lstm-step': (task) => lstmStep(tf, task),
    'embedding-step': (task) =>
      variant === 'cpu'
        ? { notApplicable: 'the gradient of gather passes over all tokens for each word, which takes minutes per step' }
        : embeddingStep(tf, task),
    'gpt-step': () => ({ notApplicable: 'no gradient of gather on the backend' }),
    'network-step': () => ({ notApplicable: 'no gradients of convolutions on the backend' }),
    predict: async (task) => {
      const { tfjsPrediction } = await import('./networks/tfjs-prediction.ts');
      return tfjsPrediction(tf, task);
    },
  };
}

function mlpStep(tf: Tf, task: TaskOf<'mlp-step'>): Prepared {
  const classes = task.units[task.units.length - 1];
  const optimizer = tf.train.adam(0.001);
  const layers = denseStarts(task).map(({ inputs, outputs, kernel, bias }) => ({
    kernel: tf.variable(tf.tensor(kernel, [inputs, outputs])),
    bias: tf.variable(tf.tensor(bias, [outputs])),
  }));
  const batches = batchesOf(task);
  let position = 0;
  const logitsOf = (images: TfTensor) =>
    layers.reduce((value, { kernel, bias }, index) => {
      const sums = tf.add(tf.matMul(value, kernel), bias);
      return index === layers.length - 1 ? sums : tf.relu(sums);
    }, images);
  const train = (): TfTensor =>
    tf.tidy(() => {
      const { images, labels } = batches[position];
      position = (position + 1) % batches.length;
      const x = tf.tensor(images, [task.batch, task.units[0]]);
      const y = tf.oneHot(tf.tensor(labels, [task.batch], 'int32'), classes);
      return optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, logitsOf(x)), true);
    });
  return preparedTraining(train, () => {
    optimizer.dispose();
    for (const { kernel, bias } of layers) {
      kernel.dispose();
      bias.dispose();
    }
  });
}

/** Selects a backend of TensorFlow.js, which its package has registered. */
export async function libraryOf(tf: Tf, variant: string, threads: number): Promise<Library> {
  if (!(await tf.setBackend(variant))) throw new Error(`TensorFlow.js cannot initialize its backend '${variant}'.`);
  await tf.ready();
  const library = { version: tf.version.tfjs, threads, note: null, makers: makersOf(tf, variant) };
  return variant === 'webgpu' ? { ...library, finish: readAfterAll(tf) } : library;
}

/** Returns a function that sums numbers and reads the sum, which the GPU does after everything queued before. */
function readAfterAll(tf: Tf): () => Promise<void> {
  const numbers = tf.tensor(operand(SUMMED, 1), [SUMMED]);
  return async () => {
    const result = tf.sum(numbers);
    await result.data();
    result.dispose();
  };
}
