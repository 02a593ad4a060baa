import type { Layer } from '../layer/layer.ts';
import { isNetwork } from './network.ts';

/**
 * Assigns seeds to the weights of all networks in a layer that have the option `seed`; a nested network uses its own
 * seed.
 */
export function seedWeights(layer: Layer): void {
  if (isNetwork(layer) && layer.seed !== null) {
    const { seed } = layer;
    layer.weights.forEach((weight, count) => {
      weight.seed({ seed, count });
    });
  }
  for (const inner of layer.sublayers) seedWeights(inner);
}
