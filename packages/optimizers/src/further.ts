// Optimizers that few models use, for the table of optimizers. Pages load the file with the first of them that is requested by
// name. Bundlers that load all files that an index reaches, such as esbuild, then emit one file for them rather than ten.
export { adadelta } from './adadelta.ts';
export { adafactor } from './adafactor.ts';
export { adagrad } from './adagrad.ts';
export { adamax } from './adamax.ts';
export { ftrl } from './ftrl.ts';
export { lamb } from './lamb.ts';
export { lion } from './lion.ts';
export { lossScaleOptimizer } from './loss-scale.ts';
export { muon } from './muon.ts';
export { nadam } from './nadam.ts';
