import { type Layer, layers, type Model, sequential } from 'manabi';

/**
 * Creates a compiled classifier for ten digits. Its input is raw pixels in [0, 255], uint8 or float32 `[batch, 28, 28,
 * 1]`, so exported models also take raw pixels.
 *
 * @param hidden the layers between the rescaled pixels and the output layer
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
