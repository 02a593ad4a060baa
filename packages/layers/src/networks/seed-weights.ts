import type { Layer } from '../layer/layer.ts';
import { isNetwork } from './network.ts';

/** Assigns seeds to the weights of networks with a seed; nested networks use their own. */
export function seedWeights(layer: Layer): void {
  if (isNetwork(layer) && layer.seed !== null) {
    const { seed } = layer;
    layer.weights.forEach((weight, count) => {
      weight.seed({ seed, count });
    });
  }
  for (const inner of layer.sublayers) seedWeights(inner);
}
