import type { TaskOf } from '../task-table.ts';
import { featureShapes } from '../training-flops.ts';
import { denseWeights, type Initial, type JaxNetwork, ones, weight, zeros } from './jax-training.ts';
import type { Jax, JaxArray, JaxArrays } from './jax-types.ts';
import {
  type Batch,
  batchesOf,
  cnnStarts,
  denseStarts,
  embeddingStarts,
  imageBatchesOf,
  type Start,
  textBatchesOf,
} from './training-inputs.ts';

/** Momentum and epsilon of batch normalization, as in Keras. */
const MOMENTUM = 0.99;
const EPSILON = 1e-3;

/**
 * Applies dense layers, all but the last with a ReLU. `parameters` contains kernels and biases alternately. The arrays
 * that are passed to this function are consumed.
 */
function dense({ numpy: np, nn }: Jax, parameters: readonly JaxArray[], x: JaxArray): JaxArray {
  let value = x;
  for (let layer = 0; layer < parameters.length; layer += 2) {
    const sums = np.matmul(value, parameters[layer]).add(parameters[layer + 1]);
    value = layer + 2 === parameters.length ? sums : nn.relu(sums);
  }
  return value;
}

function crossEntropy({ numpy: np, nn }: Jax, logits: JaxArray, labels: JaxArray, classes: number): JaxArray {
  return np.mean(np.sum(nn.logSoftmax(logits).mul(nn.oneHot(labels, classes)), 1)).neg();
}

function classBatches({ numpy: np }: Jax, batches: readonly Batch[], shape: readonly number[]): JaxNetwork['batches'] {
  return batches.map(({ images, labels }) => () => ({ x: np.array(images).reshape(shape), y: np.array(labels) }));
}

/** Creates the dense classifier that the benchmark `mlp-step` trains. */
export function mlp(jax: Jax, task: TaskOf<'mlp-step'>): JaxNetwork {
  const classes = task.units[task.units.length - 1];
  return {
    parameters: denseWeights(jax, denseStarts(task)),
    batches: classBatches(jax, batchesOf(task), [task.batch, task.units[0]]),
    lossOf: (parameters, x, y, carried, key) => {
      key.dispose();
      return [crossEntropy(jax, dense(jax, parameters, x), y, classes), carried];
    },
  };
}

/** Creates the image classifier for channels-first images, as jax-js needs them. */
export function cnn(jax: Jax, task: TaskOf<'cnn-step'>): JaxNetwork {
  const { numpy: np, nn, lax } = jax;
  const { filters, denses } = cnnStarts(task);
  const classes = task.units[task.units.length - 1];
  const window = [task.pool, task.pool];
  const [height, width, channels] = task.image;
  if (channels !== 1) throw new Error('Only images with one channel are supported, which need no transpose.');
  const shapes = featureShapes(task);
  const logitsOf = (parameters: JaxArrays, images: JaxArray): JaxArray => {
    let value = images;
    for (const layer of filters.keys()) {
      const [kernel, offset] = parameters.slice(2 * layer, 2 * layer + 2);
      const sums = lax.conv(value, kernel, [1, 1], 'VALID').add(offset.reshape([-1, 1, 1]));
      value = lax.reduceWindow(nn.relu(sums), np.max, window, window);
    }
    return dense(jax, parameters.slice(2 * filters.length), value.reshape([task.batch, -1]));
  };
  return {
    parameters: [
      ...filters.flatMap((start) => [filtersFirst(jax, start), zeros(jax, [start.shape[3]])]),
      ...channelsFirst(denseWeights(jax, denses), shapes[shapes.length - 1]),
    ],
    batches: classBatches(jax, imageBatchesOf(task), [task.batch, channels, height, width]),
    lossOf: (parameters, x, y, carried, key) => {
      key.dispose();
      return [crossEntropy(jax, logitsOf(parameters, x), y, classes), carried];
    },
  };
}

/** Transposes filters [h, w, C, M] to [M, C, h, w]. */
function filtersFirst(jax: Jax, start: Start): Initial {
  const [height, width, inputs, outputs] = start.shape;
  const { make } = weight(jax, start);
  return { shape: [outputs, inputs, height, width], make: () => make().transpose([3, 2, 0, 1]) };
}

/**
 * Returns the initial weights of dense layers, with the rows of the first kernel reordered for channels-first features.
 */
function channelsFirst([first, ...others]: readonly Initial[], features: readonly number[]): Initial[] {
  const make = () =>
    first
      .make()
      .reshape([...features, -1])
      .transpose([2, 0, 1, 3])
      .reshape(first.shape);
  return [{ shape: first.shape, make }, ...others];
}

/**
 * Creates the dense classifier with batch normalization and dropout. Its parameters are the dense weights, followed by the
 * scales and offsets.
 */
export function normalizedMlp(jax: Jax, task: TaskOf<'bn-mlp-step'>): JaxNetwork {
  const { numpy: np, nn, random } = jax;
  const hidden = task.units.slice(1, -1);
  const classes = task.units[task.units.length - 1];
  const average = (before: JaxArray, now: JaxArray) => before.mul(MOMENTUM).add(now.mul(1 - MOMENTUM));
  return {
    parameters: [
      ...denseWeights(jax, denseStarts(task)),
      ...hidden.flatMap((units) => [ones(jax, [units]), zeros(jax, [units])]),
    ],
    carried: hidden.flatMap((units) => [zeros(jax, [units]), ones(jax, [units])]),
    batches: classBatches(jax, batchesOf(task), [task.batch, task.units[0]]),
    lossOf: (parameters, x, y, carried, key) => {
      const next: JaxArrays = [];
      const keys = random.split(key, hidden.length);
      let value = x;
      for (const [layer, units] of hidden.entries()) {
        const [kernel, bias] = parameters.slice(2 * layer, 2 * layer + 2);
        const [scale, offset] = parameters.slice(2 * (hidden.length + 1 + layer));
        const sums = np.matmul(value, kernel).add(bias);
        const center = np.mean(sums.ref, 0);
        const centered = sums.sub(center.ref);
        const variance = np.mean(np.square(centered.ref), 0);
        next.push(average(carried[2 * layer], center), average(carried[2 * layer + 1], variance.ref));
        value = nn.relu(
          centered
            .div(np.sqrt(variance.add(EPSILON)))
            .mul(scale)
            .add(offset),
        );
        if (task.dropout === 0) continue;
        const kept = random.bernoulli(keys.ref.slice(layer), 1 - task.dropout, [task.batch, units]);
        value = np.where(kept, value.div(1 - task.dropout), 0);
      }
      keys.dispose();
      const [kernel, bias] = parameters.slice(2 * hidden.length);
      return [crossEntropy(jax, np.matmul(value, kernel).add(bias), y, classes), next];
    },
  };
}

/** Creates the text classifier that the benchmark `embedding-step` trains. */
export function textClassifier(jax: Jax, task: TaskOf<'embedding-step'>): JaxNetwork {
  const { numpy: np, nn } = jax;
  const { table, denses } = embeddingStarts(task);
  return {
    parameters: [weight(jax, table), ...denseWeights(jax, denses)],
    batches: textBatchesOf(task).map(({ tokens, labels }) => () => ({
      x: np.array(tokens).reshape([task.batch, task.tokens]),
      y: np.array(labels).reshape([task.batch, 1]),
    })),
    lossOf: ([words, ...parameters], x, y, carried, key) => {
      key.dispose();
      const logits = dense(jax, parameters, np.mean(np.take(words, x, 0), 1));
      return [np.mean(nn.softplus(logits.ref).sub(logits.mul(y))), carried];
    },
  };
}
