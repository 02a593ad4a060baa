import { layers, type Sequential, sequential } from 'manabi';

/** Creates a network that takes images of 28 by 28 pixels, and returns the probability of each digit. */
export function createModel(): Sequential {
  const model = sequential([
    layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
    layers.flatten(),
    layers.dense({ units: 128, activation: 'relu' }),
    layers.dropout({ rate: 0.2 }),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}
