import { layers, type Sequential, sequential, tensor } from 'manabi';
import { flowers, lengths, species } from './iris.ts';

/** Creates a network that takes the four lengths of a flower, and returns the probability of each species. */
export async function createModel(): Promise<Sequential> {
  const normalization = layers.normalization({ inputShape: [lengths.length] });
  await normalization.adapt(tensor(flowers.x));
  const model = sequential([
    normalization,
    layers.dense({ units: 16, activation: 'relu' }),
    layers.dense({ units: species.length, activation: 'softmax' }),
  ]);
  model.compile({
    optimizer: { className: 'Adam', config: { learningRate: 0.02 } },
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}
