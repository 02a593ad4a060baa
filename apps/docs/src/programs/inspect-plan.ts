import { add, inspect, jit, matmul, profile, random, relu, type Tensor } from 'manabi';

const layer = jit((x: Tensor, w: Tensor, b: Tensor) => relu(add(matmul(x, w), b)));
const [x, w, b] = [
  random.normal(random.key(1), [32, 784]),
  random.normal(random.key(2), [784, 128]),
  random.normal(random.key(3), [128]),
];
console.log(await inspect(layer, x, w, b));

for (const { name, operations, bytes } of await profile(layer, x, w, b)) {
  console.log(`${name}: ${operations} operations, ${bytes} bytes`);
}
