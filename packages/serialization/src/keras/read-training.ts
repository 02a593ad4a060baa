/** What loads how a model was trained, in one file: `loadModel` imports it for models that are to be compiled. */
export { compileFromKeras, compileModel } from './config/compile-from-keras.ts';
export { readOptimizer } from './weights/read-optimizer.ts';
