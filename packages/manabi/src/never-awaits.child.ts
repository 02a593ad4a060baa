// Trains a network on exclusive or by hand, in the style of NumPy, without an await before the end. The argument is the
// number of training iterations. Prints the losses, and the peak memory in the first and in the second half of the
// training.
import { matmul, mean, memory, mul, sigmoid, square, sub, tensor, transpose } from './index.ts';

const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const y = tensor([[0], [1], [1], [0]]);
let w1 = tensor([
  [0.3, -0.5, 0.8, 0.1],
  [-0.6, 0.9, 0.2, -0.4],
]);
let b1 = tensor([[0, 0, 0, 0]]);
let w2 = tensor([[0.5], [-0.7], [0.6], [0.4]]);
let b2 = tensor([[0]]);
const rate = 2;

const iterations = Number(process.argv[2]);
const most = [0, 0];
const kept = [];
let loss = tensor([0]);
for (let i = 0; i < iterations; i++) {
  const hidden = sigmoid(sub(matmul(x, w1), b1));
  const output = sigmoid(sub(matmul(hidden, w2), b2));
  const error = sub(output, y);
  loss = mean(square(error));
  const outer = mul(error, mul(output, sub(1, output)));
  const inner = mul(matmul(outer, transpose(w2)), mul(hidden, sub(1, hidden)));
  w2 = sub(w2, mul(rate, matmul(transpose(hidden), outer)));
  b2 = sub(b2, mul(-rate, mean(outer, 0, { keepdims: true })));
  w1 = sub(w1, mul(rate, matmul(transpose(x), inner)));
  b1 = sub(b1, mul(-rate, mean(inner, 0, { keepdims: true })));
  if (i % 1000 === 999) kept.push(loss);
  if (i % 500 === 499) {
    const half = i < iterations / 2 ? 0 : 1;
    most[half] = Math.max(most[half], process.memoryUsage().rss + process.memoryUsage().external);
  }
}
const { buffers, backends } = memory();
const losses = await Promise.all(kept.map((each) => each.item()));
console.log(JSON.stringify({ most, buffers, reserved: backends, loss: await loss.item(), losses }));
