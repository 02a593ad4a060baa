/** Readers for the training state, in one module that `loadModel` imports only for models to be compiled. */
export { compileFromKeras, compileModel } from './config/compile-from-keras.ts';
export { readOptimizer } from './weights/read-optimizer.ts';
