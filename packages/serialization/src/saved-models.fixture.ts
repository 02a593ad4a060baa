import { hostArray } from '@manabi/core';
import { layers, type Model, sequential } from '@manabi/layers';

/** A small model whose weights all are this number: nothing has to be computed. */
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
