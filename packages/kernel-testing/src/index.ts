export { interpretOn } from './interpret-on.ts';
export { type RandomNumbers, randomArray } from './random-array.ts';
export {
  allOps,
  bitsOf,
  gentleOps,
  type RandomKernel,
  type RandomKernelOptions,
  randomKernel,
  vectorDTypes,
} from './random-kernel.ts';
