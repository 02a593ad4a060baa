/** Reading of the training state, in one module: `loadModel` imports it for models to be compiled. */
export { compileFromKeras, compileModel } from './config/compile-from-keras.ts';
export { readOptimizer } from './weights/read-optimizer.ts';
