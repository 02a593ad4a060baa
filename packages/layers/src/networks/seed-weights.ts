import type { Layer } from '../layer/layer.ts';
import { isNetwork } from './network.ts';

/** Seeds the weights of each network that has the option `seed`; a nested network with this option uses its own seed. */
export function seedWeights(layer: Layer): void {
  if (isNetwork(layer) && layer.seed !== null) {
    const { seed } = layer;
    layer.weights.forEach((weight, count) => {
      weight.seed({ seed, count });
    });
  }
  for (const inner of layer.sublayers) seedWeights(inner);
}
