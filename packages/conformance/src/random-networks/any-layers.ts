import type { Layer } from '@manabi/layers';
import * as layers from '@manabi/layers/layers';
import type { RandomSource } from '@manabi/testing';

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
export const activationName = (random: RandomSource): (typeof activations)[number] => random.pick(activations);

/** Returns a random normalization of values with the given number of channels. */
export function normalization(random: RandomSource, channels: number): Layer {
  return random.pick<() => Layer>([
    () => layers.batchNormalization({ center: random.chance(0.8), scale: random.chance(0.8) }),
    () => layers.batchNormalization(),
    () => layers.layerNormalization(),
    () => layers.groupNormalization({ groups: channels % 2 === 0 ? 2 : 1 }),
  ])();
}
