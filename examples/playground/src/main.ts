// A file for experiments: `npm run example -- playground`. The programs of the README are next to it.
import '@manabi/backend-cpu/register';
import { grad, square, sum, type Tensor, tensor } from '@manabi/core';

const slope = grad((x: Tensor) => sum(square(x)));
console.log(await slope(tensor([1, 2, 3])).array()); // [ 2, 4, 6 ]
