/**
 * Functions that restore the training configuration and state, in one module that `loadModel` imports only if it
 * compiles the model.
 */
export { compileFromKeras, compileModel } from './config/compile-from-keras.ts';
export { readOptimizer } from './weights/read-optimizer.ts';
