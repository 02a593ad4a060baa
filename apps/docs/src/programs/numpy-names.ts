import { add, expandDims, grad, matmul, mean, random, square, sum, tensor } from 'manabi';

const a = tensor([
  [1, 2],
  [3, 4],
]);
console.log(await add(a, 10).array()); // a + 10
console.log(await sum(a, 0, { keepdims: true }).array()); // a.sum(axis=0, keepdims=True)
console.log(await matmul(a, a).array()); // a @ a
console.log(expandDims(a, -1).shape); // np.expand_dims(a, -1).shape

const noise = random.normal(random.key(0), [2, 2]); // np.random.normal(size=(2, 2)), with a key
console.log(noise.dtype, noise.shape);

const slope = grad((x: typeof a) => mean(square(x))); // the derivative of np.mean(np.square(x))
console.log(await slope(a).array());
