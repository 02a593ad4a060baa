// Trains a small network and prints samples of the memory in use, the losses, and the bits of the trained weights.
// Arguments: the module that registers the backend, the number of steps, the seed.
import {
  add,
  jit,
  matmul,
  mean,
  mul,
  random,
  realize,
  relu,
  sub,
  type Tensor,
  tree,
  valueAndGrad,
  zeros,
} from '@manabi/core';
import { randomSource } from '@manabi/testing';
import { type MemorySample, sampleMemory } from './memory-samples.ts';

const [register, count, seed] = process.argv.slice(2);
await import(register);
const steps = Number(count);

interface Params {
  readonly w1: Tensor;
  readonly b1: Tensor;
  readonly w2: Tensor;
  readonly b2: Tensor;
}

function lossOf({ w1, b1, w2, b2 }: Params, x: Tensor, y: Tensor, key: Tensor): Tensor {
  const hidden = relu(add(matmul(x, w1), b1));
  const noisy = add(hidden, mul(random.normal(key, [8, 16]), 0.01));
  const error = sub(add(matmul(noisy, w2), b2), y);
  return mean(mul(error, error));
}

const step = jit(
  function step(params: Params, velocity: Params, key: Tensor, x: Tensor, y: Tensor, rate: Tensor) {
    const [next, now] = random.split(key);
    const [loss, grads] = valueAndGrad(lossOf)(params, x, y, now);
    const faster = tree.map((v: Tensor, g: Tensor) => add(mul(v, 0.9), g), velocity, grads);
    const moved = tree.map((p: Tensor, v: Tensor) => sub(p, mul(v, rate)), params, faster);
    return { params: moved, velocity: faster, key: next, loss };
  },
  { donate: [0, 1, 2] },
);

const [k1, k2, k3] = random.split(random.key(Number(seed)), 3);
let params: Params = await realize({
  w1: random.normal(k1, [4, 16]),
  b1: zeros([16]),
  w2: random.normal(k2, [16, 1]),
  b2: zeros([1]),
});
let velocity: Params = await realize(tree.map((p: Tensor) => mul(p, 0), params));
let key = await realize(k3);
const source = randomSource(Number(seed));
const samples: MemorySample[] = [];
const losses: number[] = [];
for (let i = 1; i <= steps; i++) {
  const x = source.float32Array(32);
  const y = Float32Array.from({ length: 8 }, (_, row) => x[4 * row] * x[4 * row + 1] - x[4 * row + 2]);
  const result = await step(
    params,
    velocity,
    key,
    { dtype: 'float32', shape: [8, 4], data: x },
    { dtype: 'float32', shape: [8, 1], data: y },
    0.02 / (1 + i / 5000),
  );
  ({ params, velocity, key } = result);
  if (i % 100 === 0) losses.push(await result.loss.item());
  if (i % (steps / 5) === 0) samples.push(await sampleMemory());
}
const parts = await Promise.all(tree.leaves(params).map((leaf) => leaf.data()));
const bits = parts.map(({ buffer }) => Buffer.from(buffer).toString('hex')).join('');
console.log(JSON.stringify({ samples, losses, bits }));
