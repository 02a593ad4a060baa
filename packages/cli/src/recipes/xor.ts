import { hostArray, layers, optimizers, sequential } from 'manabi';
import type { Recipe, Samples } from './recipe.ts';

/** The four pairs of inputs of exclusive or with their results, used for training and for testing. */
const cases: Samples = {
  x: hostArray('float32', [4, 2], Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1)),
  y: hostArray('float32', [4, 1], Float32Array.of(0, 1, 1, 0)),
};

/** Exclusive or: the smallest problem that needs a hidden layer. */
export const xor: Recipe = {
  data: { train: cases, test: cases },
  epochs: 300,
  batchSize: 4,
  validationSplit: 0,
  build: () => {
    const network = sequential([
      layers.dense({ units: 8, activation: 'tanh', inputShape: [2] }),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ]);
    network.compile({
      optimizer: optimizers.adam({ learningRate: 0.05 }),
      loss: 'binaryCrossentropy',
      metrics: ['accuracy'],
    });
    return network;
  },
};
