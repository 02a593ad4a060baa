import {
  add,
  div,
  log,
  matmul,
  mean,
  mul,
  negative,
  random,
  sigmoid,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  transpose,
  zeros,
} from '@manabi/core';

/** Weights of the network: two matrices and two biases, in a plain object. */
export interface Params {
  /** [2, 4]: from two inputs to four hidden units. */
  readonly w1: Tensor;
  /** [4]: biases of the hidden units. */
  readonly b1: Tensor;
  /** [4, 1]: from the hidden units to the output. */
  readonly w2: Tensor;
  /** [1]: bias of the output. */
  readonly b2: Tensor;
}

/** Inputs of exclusive or, [4, 2]: all pairs of 0 and 1. */
export const inputs = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);

/** Exclusive or of each pair in `inputs`, [4, 1]. */
export const answers = tensor([[0], [1], [1], [0]]);

/**
 * Creates small random weights, and biases of 0. If all weights were equal, all hidden units would learn the same thing.
 * Random numbers come from explicit keys, so the same seed always creates the same network.
 */
export function initialize(seed: number): Params {
  const [key1, key2] = random.split(random.key(seed));
  return {
    w1: random.uniform(key1, [2, 4], { low: -1, high: 1 }),
    b1: zeros([4]),
    w2: random.uniform(key2, [4, 1], { low: -1, high: 1 }),
    b2: zeros([1]),
  };
}

/** Computes the forward pass: the hidden units, [rows, 4], and the probability of "true", [rows, 1]. */
export function forward({ w1, b1, w2, b2 }: Params, x: Tensor): { hidden: Tensor; probability: Tensor } {
  // Biases broadcast: [4] is added to each row of [rows, 4].
  const hidden = tanh(add(matmul(x, w1), b1));
  const probability = sigmoid(add(matmul(hidden, w2), b2));
  return { hidden, probability };
}

/**
 * Computes the loss, a scalar: the mean binary cross-entropy, which is -log of the probability of the correct answer.
 */
export function lossOf(params: Params, x: Tensor, y: Tensor): Tensor {
  const { probability } = forward(params, x);
  const ofTrue = mul(y, log(probability));
  const ofFalse = mul(sub(1, y), log(sub(1, probability)));
  return negative(mean(add(ofTrue, ofFalse)));
}

/**
 * Computes the backward pass by hand: the derivative of the loss with respect to every weight, by the chain rule from the
 * end to the beginning. dX is the derivative of the loss with respect to X, and has the shape of X.
 */
export function gradientByHand(params: Params, x: Tensor, y: Tensor): Params {
  const { hidden, probability } = forward(params, x);
  const rows = x.shape[0];

  // The derivative of the cross-entropy with respect to the logits is probability - answer; the mean divides it by the rows.
  const dOutput = div(sub(probability, y), rows);

  // output = hidden · w2 + b2. The derivative of a matrix product uses the transposed matrices; that of a bias, which is
  // added to every row, is the sum over the rows.
  const dW2 = matmul(transpose(hidden), dOutput);
  const dB2 = sum(dOutput, 0);
  const dHidden = matmul(dOutput, transpose(params.w2));

  // hidden = tanh(z), and the derivative of tanh is 1 - tanh².
  const dZ = mul(dHidden, sub(1, square(hidden)));

  // z = x · w1 + b1: the derivatives follow as for the output layer.
  const dW1 = matmul(transpose(x), dZ);
  const dB1 = sum(dZ, 0);

  return { w1: dW1, b1: dB1, w2: dW2, b2: dB2 };
}
