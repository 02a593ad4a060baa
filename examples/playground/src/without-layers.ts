import {
  add,
  jit,
  matmul,
  mean,
  random,
  square,
  sub,
  type Tensor,
  tanh,
  tensor,
  valueAndGrad,
  zeros,
} from '@manabi/core';
import { adam } from '@manabi/optimizers';
import '@manabi/backend-cpu/register';

// A network is a function; its weights are tensors in a plain object.
let params = {
  hidden: random.normal(random.key(1), [2, 8]),
  bias: zeros([8]),
  output: random.normal(random.key(2), [8, 1]),
};
const predict = (p: typeof params, x: Tensor) => matmul(tanh(add(matmul(x, p.hidden), p.bias)), p.output);
const lossOf = (p: typeof params, x: Tensor, y: Tensor) => mean(square(sub(predict(p, x), y)));

const optimizer = adam({ learningRate: 0.05 });
let state = optimizer.init(params);

// The first call traces and compiles the step. The memory of donated arguments is reused for the results.
const step = jit(
  (p: typeof params, s: typeof state, x: Tensor, y: Tensor) => {
    const [loss, grads] = valueAndGrad(lossOf)(p, x, y);
    return { loss, ...optimizer.update(p, grads, s) };
  },
  { donate: [0, 1] },
);

const x = tensor([
  [-1, -1],
  [-1, 1],
  [1, -1],
  [1, 1],
]);
const y = tensor([[0], [1], [1], [0]]);
for (let i = 0; i < 500; i++) {
  let loss: Tensor;
  ({ loss, params, state } = await step(params, state, x, y));
  if (i % 100 === 0) console.log(i, await loss.item());
}
console.log(await predict(params, x).array());
