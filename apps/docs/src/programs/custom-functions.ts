import {
  add,
  jit,
  matmul,
  mean,
  mul,
  random,
  relu,
  square,
  sub,
  sum,
  type Tensor,
  tree,
  valueAndGrad,
  zeros,
} from 'manabi';

const [k1, k2] = random.split(random.key(42));
let params = {
  hidden: { kernel: random.normal(k1, [4, 32], { std: 0.5 }), bias: zeros([32]) },
  output: { kernel: random.normal(k2, [32, 1], { std: 0.2 }), bias: zeros([1]) },
};
type Params = typeof params;

const predict = ({ hidden, output }: Params, x: Tensor) =>
  add(matmul(relu(add(matmul(x, hidden.kernel), hidden.bias)), output.kernel), output.bias);
const lossOf = (params: Params, x: Tensor, y: Tensor) => mean(square(sub(predict(params, x), y)));

const step = jit(
  (params: Params, x: Tensor, y: Tensor, rate: Tensor | number): [Params, Tensor] => {
    const [loss, grads] = valueAndGrad(lossOf)(params, x, y);
    return [tree.map((w, g) => sub(w, mul(g, rate)), params, grads), loss];
  },
  { donate: [0] }, // the new parameters reuse the memory of the old ones
);

const x = random.normal(random.key(7), [256, 4]);
const y = sum(x, 1, { keepdims: true });
for (let i = 0; i <= 300; i++) {
  let loss: Tensor;
  [params, loss] = await step(params, x, y, 0.05);
  if (i % 100 === 0) console.log(i, Number(await loss.item()).toFixed(3));
}
