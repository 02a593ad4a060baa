// A file for experiments; run it with `npm run example -- playground`. The folder also contains the programs of the
// README.
import '@manabi/backend-cpu/register';
import { grad, square, sum, type Tensor, tensor } from '@manabi/core';

const slope = grad((x: Tensor) => sum(square(x)));
console.log(await slope(tensor([1, 2, 3])).array()); // [ 2, 4, 6 ]
