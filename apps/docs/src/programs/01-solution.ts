import {
  add,
  matmul,
  mean,
  mul,
  random,
  realize,
  sigmoid,
  square,
  sub,
  sum,
  tanh,
  tensor,
  transpose,
  zeros,
} from 'manabi';
import { plot } from './show.ts';

const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const y = tensor([[0], [1], [1], [0]]);

const [key1, key2] = random.split(random.key(1));
let w1 = random.normal(key1, [2, 4]);
let b1 = zeros([4]);
let w2 = random.normal(key2, [4, 1]);
let b2 = zeros([1]);

for (let step = 1; step <= 1000; step++) {
  const hidden = tanh(add(matmul(x, w1), b1));
  const output = sigmoid(add(matmul(hidden, w2), b2));

  const error = sub(output, y);
  const d2 = mul(error, mul(output, sub(1, output)));
  // The derivative of h = tanh(z) is 1 - h².
  const d1 = mul(matmul(d2, transpose(w2)), sub(1, square(hidden)));

  w2 = sub(w2, mul(0.5, matmul(transpose(hidden), d2)));
  b2 = sub(b2, mul(0.5, sum(d2, 0)));
  w1 = sub(w1, mul(0.5, matmul(transpose(x), d1)));
  b1 = sub(b1, mul(0.5, sum(d1, 0)));
  [w1, b1, w2, b2] = await realize([w1, b1, w2, b2]);
  if (step % 25 > 0) continue;
  const meanError = await mean(square(error)).item();
  plot('error', step, meanError);
  if (step % 250 === 0) console.log(`step ${step}  error ${meanError.toFixed(4)}`);
}
