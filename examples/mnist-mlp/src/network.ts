import {
  add,
  argmax,
  astype,
  div,
  matmul,
  mean,
  random,
  relu,
  reshape,
  softmaxCrossEntropy,
  type Tensor,
  zeros,
} from '@manabi/core';

/** Weights of one dense layer: kernel `[inputs, units]` and bias `[units]`. */
export interface Layer {
  readonly weights: Tensor;
  readonly bias: Tensor;
}

/** Trainable weights of the network, from the first layer to the last. */
export type Network = readonly Layer[];

/** Number of inputs, followed by the units of each layer. */
const SIZES: readonly number[] = [784, 128, 64, 10];

/**
 * Creates random weights for all layers: kernels as in He et al., "Delving deep into rectifiers" (2015), and biases of
 * zero.
 */
export function initialize(key: Tensor, sizes: readonly number[] = SIZES): Network {
  const keys = random.split(key, sizes.length - 1);
  return keys.map((layerKey, i) => ({
    weights: random.normal(layerKey, [sizes[i], sizes[i + 1]], { std: Math.sqrt(2 / sizes[i]) }),
    bias: zeros([sizes[i + 1]]),
  }));
}

/** Computes the logits of the ten digits, `[batch, 10]`, for uint8 images, `[batch, 28, 28, 1]`. */
function logitsOf(network: Network, images: Tensor): Tensor {
  let values = div(astype(reshape(images, [-1, SIZES[0]]), 'float32'), 255);
  network.forEach(({ weights, bias }, i) => {
    const sums = add(matmul(values, weights), bias);
    values = i === network.length - 1 ? sums : relu(sums);
  });
  return values;
}

/** Computes the mean cross-entropy of a batch, which training minimizes. */
export function lossOf(network: Network, images: Tensor, labels: Tensor): Tensor {
  return mean(softmaxCrossEntropy(logitsOf(network, images), astype(labels, 'int32')));
}

/** Returns the most likely digit of each image, `[batch]`. */
export function digitsOf(network: Network, images: Tensor): Tensor {
  return argmax(logitsOf(network, images), 1);
}
