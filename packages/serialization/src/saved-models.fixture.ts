import { hostArray } from '@manabi/core';
import { layers, type Model, sequential } from '@manabi/layers';

/** Creates a small model whose weights all equal a number. */
export function filled(value: number): Model {
  const model = sequential(
    [
      layers.dense({ units: 100, activation: 'relu', inputShape: [20], name: 'hidden' }),
      layers.dense({ units: 1, name: 'result' }),
    ],
    { name: 'saved' },
  );
  model.compile({ optimizer: 'adam', loss: 'mse' });
  model.setWeights(
    model.weights.map(({ shape, size }) => hostArray('float32', shape, new Float32Array(size).fill(value))),
  );
  return model;
}
