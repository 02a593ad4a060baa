import type { Layer } from '@manabi/layers';
import * as layers from '@manabi/layers/layers';
import type { Draw } from './draw.ts';

const activations = [
  'linear',
  'relu',
  'relu',
  'relu6',
  'leakyRelu',
  'elu',
  'gelu',
  'silu',
  'tanh',
  'sigmoid',
  'softplus',
  'hardSwish',
] as const;

/** Returns the name of a random activation function. */
export const activationName = (draw: Draw): (typeof activations)[number] => draw.pick(activations);

/** Returns a random normalization of values with the given number of channels. */
export function normalization(draw: Draw, channels: number): Layer {
  return draw.pick<() => Layer>([
    () => layers.batchNormalization({ center: draw.chance(0.8), scale: draw.chance(0.8) }),
    () => layers.batchNormalization(),
    () => layers.layerNormalization(),
    () => layers.groupNormalization({ groups: channels % 2 === 0 ? 2 : 1 }),
  ])();
}
