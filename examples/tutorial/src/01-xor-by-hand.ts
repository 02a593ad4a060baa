// Chapter 1: a network learns exclusive or. The forward pass, the gradients and the updates are written by hand.
import { add, matmul, mean, mul, random, realize, sigmoid, square, sub, sum, tensor, transpose, zeros } from 'manabi';
import { options } from './options.ts';

const { steps, rate, seed } = options({ steps: 2000, rate: 2, seed: 1 });

const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const y = tensor([[0], [1], [1], [0]]);

const [key1, key2] = random.split(random.key(seed));
let w1 = random.normal(key1, [2, 4]);
let b1 = zeros([4]);
let w2 = random.normal(key2, [4, 1]);
let b2 = zeros([1]);

for (let step = 1; step <= steps; step++) {
  // Forward: two layers, each a product, a bias and a sigmoid.
  const hidden = sigmoid(add(matmul(x, w1), b1));
  const output = sigmoid(add(matmul(hidden, w2), b2));

  // Backward: the chain rule, from the error back to the weights. The derivative of a sigmoid s is s (1 - s).
  const error = sub(output, y);
  const d2 = mul(error, mul(output, sub(1, output)));
  const d1 = mul(matmul(d2, transpose(w2)), mul(hidden, sub(1, hidden)));

  // Update: a step against the gradient.
  w2 = sub(w2, mul(rate, matmul(transpose(hidden), d2)));
  b2 = sub(b2, mul(rate, sum(d2, 0)));
  w1 = sub(w1, mul(rate, matmul(transpose(x), d1)));
  b1 = sub(b1, mul(rate, sum(d1, 0)));

  // Tensor functions only build a graph. It is computed here, once a step.
  [w1, b1, w2, b2] = await realize([w1, b1, w2, b2]);
  if (step % 500 === 0) console.log(`step ${step}  error ${(await mean(square(error)).item()).toFixed(5)}`);
}

const output = sigmoid(add(matmul(sigmoid(add(matmul(x, w1), b1)), w2), b2));
console.log((await output.data()).map((value) => Math.round(value)).join(' '));
