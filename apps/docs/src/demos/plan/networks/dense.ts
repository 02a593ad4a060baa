import { add, matmul, relu, softmax, type Tensor } from 'manabi';

// The shapes of the inputs: a batch of 64 images, and the weights of two layers.
export const inputs = { x: [64, 784], w1: [784, 128], b1: [128], w2: [128, 10], b2: [10] };

export function run({ x, w1, b1, w2, b2 }: Record<keyof typeof inputs, Tensor>) {
  const hidden = relu(add(matmul(x, w1), b1));
  return softmax(add(matmul(hidden, w2), b2));
}
