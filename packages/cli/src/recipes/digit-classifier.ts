import { type Layer, layers, type Model, sequential } from 'manabi';

/**
 * A compiled network that tells ten digits apart. It takes raw pixels, uint8 or float32 `[batch, 28, 28, 1]` from 0 to
 * 255, and so do the files that it is saved to.
 *
 * @param hidden the layers between the scaled pixels and the ten probabilities
 */
export function digitClassifier(hidden: readonly Layer[]): Model {
  const network = sequential([
    layers.rescaling({ scale: 1 / 255, inputShape: [28, 28, 1] }),
    ...hidden,
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  network.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return network;
}
