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

/** What the network learns: two weight matrices and two biases, in a plain object. */
export interface Params {
  /** [2, 4]: from the two inputs to four hidden units. */
  readonly w1: Tensor;
  /** [4] */
  readonly b1: Tensor;
  /** [4, 1]: from the hidden units to the output. */
  readonly w2: Tensor;
  /** [1] */
  readonly b2: Tensor;
}

/** All there is to know about exclusive or: four rows of inputs, [4, 2] … */
export const inputs = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);

/** … and the answer to each, [4, 1]. */
export const answers = tensor([[0], [1], [1], [0]]);

/**
 * Small random weights; biases of 0. If all weights were equal then all hidden units would learn the same thing. Random
 * numbers come from explicit keys, so that the same seed always gives the same network.
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

/** The forward pass: what the hidden units say, [rows, 4], and how likely the answer is "true", [rows, 1]. */
export function forward({ w1, b1, w2, b2 }: Params, x: Tensor): { hidden: Tensor; probability: Tensor } {
  // Biases broadcast: [4] is added to each row of [rows, 4].
  const hidden = tanh(add(matmul(x, w1), b1));
  const probability = sigmoid(add(matmul(hidden, w2), b2));
  return { hidden, probability };
}

/**
 * How wrong the network is, a scalar: the mean of the binary cross-entropy, -log of the probability that it gave to the
 * right answer.
 */
export function lossOf(params: Params, x: Tensor, y: Tensor): Tensor {
  const { probability } = forward(params, x);
  const ofTrue = mul(y, log(probability));
  const ofFalse = mul(sub(1, y), log(sub(1, probability)));
  return negative(mean(add(ofTrue, ofFalse)));
}

/**
 * The backward pass by hand: the slope of the loss along every weight, by the chain rule from the end to the beginning.
 * The name dX stands for the derivative of the loss by X, and has X's shape.
 */
export function gradientByHand(params: Params, x: Tensor, y: Tensor): Params {
  const { hidden, probability } = forward(params, x);
  const rows = x.shape[0];

  // Cross-entropy and sigmoid, differentiated together, leave just the error; the mean divides by the rows.
  const dOutput = div(sub(probability, y), rows);

  // output = hidden · w2 + b2. A matrix product sends derivatives back through the transposed matrices; a bias, which
  // went into every row, gets the sum over the rows.
  const dW2 = matmul(transpose(hidden), dOutput);
  const dB2 = sum(dOutput, 0);
  const dHidden = matmul(dOutput, transpose(params.w2));

  // hidden = tanh(z), and the slope of tanh is 1 - tanh².
  const dZ = mul(dHidden, sub(1, square(hidden)));

  // z = x · w1 + b1, as above.
  const dW1 = matmul(transpose(x), dZ);
  const dB1 = sum(dZ, 0);

  return { w1: dW1, b1: dB1, w2: dW2, b2: dB2 };
}
