import {
  add,
  batchNormTraining,
  conv,
  div,
  fromHost,
  hostArray,
  matmul,
  maxPool,
  mean,
  mul,
  ones,
  random,
  relu,
  reshape,
  scan,
  sigmoid,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  split,
  type Tensor,
  take,
  tanh,
  transpose,
  where,
  zeros,
} from '@manabi/core';
import type { TaskOf } from '../task-table.ts';
import { denseParams, hostBatches, type Named, type Network, weight } from './manabi-training.ts';
import {
  batchesOf,
  cnnStarts,
  denseStarts,
  embeddingStarts,
  imageBatchesOf,
  lstmStarts,
  sequenceBatchesOf,
  textBatchesOf,
} from './training-inputs.ts';

/** Momentum and epsilon of batch normalization, as in Keras. */
const MOMENTUM = 0.99;
const EPSILON = 1e-3;

/** Applies `depth` dense layers, all but the last with a ReLU. */
function dense(params: Named, x: Tensor, depth: number): Tensor {
  let value = x;
  for (let layer = 0; layer < depth; layer++) {
    const sums = add(matmul(value, params[`kernel${layer}`]), params[`bias${layer}`]);
    value = layer === depth - 1 ? sums : relu(sums);
  }
  return value;
}

/** Creates the dense classifier that the benchmark `mlp-step` trains. */
export function mlp(task: TaskOf<'mlp-step'>): Network {
  return {
    params: denseParams(denseStarts(task)),
    batches: hostBatches(batchesOf(task), [task.batch, task.units[0]]),
    lossOf: (params, x, y) => [mean(softmaxCrossEntropy(dense(params, x, task.units.length - 1), y)), {}],
  };
}

/** Convolves images [N, H, W, C] with filters [h, w, C, M]. */
function conv2d(x: Tensor, filters: Tensor): Tensor {
  const result = conv(transpose(x, [0, 3, 1, 2]), transpose(filters, [3, 2, 0, 1]));
  return transpose(result, [0, 2, 3, 1]);
}

/** Applies max pooling with windows of `side` x `side` to images [N, H, W, C]. */
function maxPool2d(x: Tensor, side: number): Tensor {
  return transpose(maxPool(transpose(x, [0, 3, 1, 2]), side), [0, 2, 3, 1]);
}

/** Creates the image classifier for channels-last images. */
export function cnn(task: TaskOf<'cnn-step'>): Network {
  const { filters, denses } = cnnStarts(task);
  const convolutions = filters.flatMap((start, layer) => [
    [`filters${layer}`, weight(start)],
    [`offset${layer}`, zeros([start.shape[3]])],
  ]);
  const logitsOf = (params: Named, images: Tensor): Tensor => {
    let value = images;
    for (let layer = 0; layer < filters.length; layer++) {
      const sums = add(conv2d(value, params[`filters${layer}`]), params[`offset${layer}`]);
      value = maxPool2d(relu(sums), task.pool);
    }
    return dense(params, reshape(value, [task.batch, -1]), denses.length);
  };
  return {
    params: { ...Object.fromEntries(convolutions), ...denseParams(denses) },
    batches: hostBatches(imageBatchesOf(task), [task.batch, ...task.image]),
    lossOf: (params, x, y) => [mean(softmaxCrossEntropy(logitsOf(params, x), y)), {}],
  };
}

/**
 * Creates the dense classifier with batch normalization and dropout. The moving averages of batch normalization are
 * passed from step to step.
 */
export function normalizedMlp(task: TaskOf<'bn-mlp-step'>): Network {
  const hidden = task.units.slice(1, -1);
  const perHidden = (entries: (units: number, layer: number) => readonly (readonly [string, Tensor])[]): Named =>
    Object.fromEntries(hidden.flatMap(entries));
  const average = (before: Tensor, now: Tensor) => add(mul(before, MOMENTUM), mul(now, 1 - MOMENTUM));
  return {
    params: {
      ...denseParams(denseStarts(task)),
      ...perHidden((units, layer) => [
        [`scale${layer}`, ones([units])],
        [`offset${layer}`, zeros([units])],
      ]),
    },
    carried: perHidden((units, layer) => [
      [`mean${layer}`, zeros([units])],
      [`variance${layer}`, ones([units])],
    ]),
    batches: hostBatches(batchesOf(task), [task.batch, task.units[0]]),
    lossOf: (params, x, y, { carried, key }) => {
      const keys = random.split(key, hidden.length);
      const next: Record<string, Tensor> = {};
      let value = x;
      for (let layer = 0; layer < hidden.length; layer++) {
        const sums = add(matmul(value, params[`kernel${layer}`]), params[`bias${layer}`]);
        const affine = { scale: params[`scale${layer}`], bias: params[`offset${layer}`], epsilon: EPSILON };
        const { result, mean: center, variance } = batchNormTraining(sums, affine);
        next[`mean${layer}`] = average(carried[`mean${layer}`], center);
        next[`variance${layer}`] = average(carried[`variance${layer}`], variance);
        value = dropout(relu(result), task.dropout, keys[layer]);
      }
      const logits = add(matmul(value, params[`kernel${hidden.length}`]), params[`bias${hidden.length}`]);
      return [mean(softmaxCrossEntropy(logits, y)), next];
    },
  };
}

/** Applies dropout: sets values to zero at random and scales the others by 1 / (1 - rate). */
function dropout(x: Tensor, rate: number, key: Tensor): Tensor {
  if (rate === 0) return x;
  const kept = random.bernoulli(key, 1 - rate, x.shape);
  return where(kept, div(x, 1 - rate), 0);
}

/** Creates a network of an LSTM, which computes the same as that of Keras, and a dense layer on its last state. */
export function lastState(task: TaskOf<'lstm-step'>): Network {
  const { batch, steps, inputs, hidden } = task;
  const { kernel, recurrent, bias, denses } = lstmStarts(task);
  const logitsOf = (params: Named, sequences: Tensor): Tensor => {
    const cell = ({ h, c }: { readonly h: Tensor; readonly c: Tensor }, x: Tensor) => {
      const products = add(matmul(x, params.inputKernel), matmul(h, params.recurrentKernel));
      const [input, forget, candidate, output] = split(add(products, params.gateBias), 4, -1);
      const memory = add(mul(sigmoid(forget), c), mul(sigmoid(input), tanh(candidate)));
      return [{ h: mul(sigmoid(output), tanh(memory)), c: memory }, []] as const;
    };
    const start = { h: zeros([batch, hidden]), c: zeros([batch, hidden]) };
    const [{ h }] = scan(cell, start, transpose(sequences, [1, 0, 2]));
    return dense(params, h, denses.length);
  };
  return {
    params: {
      inputKernel: weight(kernel),
      recurrentKernel: weight(recurrent),
      gateBias: fromHost(hostArray('float32', [bias.length], bias)),
      ...denseParams(denses),
    },
    batches: hostBatches(sequenceBatchesOf(task), [batch, steps, inputs]),
    lossOf: (params, x, y) => [mean(softmaxCrossEntropy(logitsOf(params, x), y)), {}],
  };
}

/** Creates the text classifier that the benchmark `embedding-step` trains. */
export function textClassifier(task: TaskOf<'embedding-step'>): Network {
  const { table, denses } = embeddingStarts(task);
  return {
    params: { table: weight(table), ...denseParams(denses) },
    batches: textBatchesOf(task).map(({ tokens, labels }) => ({
      x: hostArray('int32', [task.batch, task.tokens], tokens),
      y: hostArray('float32', [task.batch, 1], labels),
    })),
    lossOf: (params, x, y) => {
      const pooled = mean(take(params.table, x, 0), 1);
      return [mean(sigmoidCrossEntropy(dense(params, pooled, denses.length), y)), {}];
    },
  };
}
