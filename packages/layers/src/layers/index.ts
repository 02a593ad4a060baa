export { type DenseOptions, dense } from './dense.ts';
export { type InputOptions, input, inputLayer } from './input-layer.ts';
