import type { Layer } from '@manabi/layers';
import * as layers from '@manabi/layers/layers';
import type { RandomSource } from '@manabi/testing';
import { activationName, normalization } from './any-layers.ts';

/** Returns a random layer for sequences of the shape [steps, features], or null if the drawn one does not fit them. */
export function sequenceLayer(random: RandomSource, [steps, features]: readonly number[]): Layer | null {
  return random.pick<() => Layer | null>([
    () => recurrent(random, true),
    () => recurrent(random, true),
    () =>
      layers.bidirectional({
        layer: recurrent(random, true, false),
        mergeMode: random.pick(['concat', 'sum', 'mul', 'ave']),
      }),
    () => {
      const padding = random.pick(['valid', 'same', 'causal'] as const);
      const kernelSize = random.integer(1, 4);
      if (padding === 'valid' && kernelSize > steps) return null;
      return layers.conv1d({
        filters: random.integer(1, 7),
        kernelSize,
        strides: random.integer(1, 3),
        padding,
        activation: activationName(random),
      });
    },
    () => layers.maxPooling1d({ poolSize: 2, padding: 'same' }),
    () => layers.averagePooling1d({ poolSize: 2, padding: 'same' }),
    () => layers.dense({ units: random.integer(1, 7), activation: activationName(random) }),
    () =>
      layers.timeDistributed({
        layer: layers.dense({ units: random.integer(1, 7), activation: activationName(random) }),
      }),
    () => normalization(random, features),
    () => layers.dropout({ rate: 0.3 }),
    () => layers.activation({ activation: activationName(random) }),
    () => layers.softmax({ axis: random.pick([-1, 1]) }),
  ])();
}

type Recurrent = ReturnType<typeof layers.lstm | typeof layers.gru | typeof layers.simpleRNN>;

/** Returns a random layer that keeps the shape of sequences, apart from the number of features if it is recurrent. */
export function recurrent(random: RandomSource, returnSequences: boolean, goBackwards = random.chance(0.2)): Recurrent {
  const options = { units: random.integer(1, 7), returnSequences, goBackwards };
  switch (random.integer(0, 3)) {
    case 0:
      return layers.lstm(options);
    case 1:
      return layers.gru({ ...options, resetAfter: random.chance(0.5) });
    default:
      return layers.simpleRNN({ ...options, activation: random.pick(['tanh', 'relu']) });
  }
}

/** Returns a random layer for vectors. */
export function vectorLayer(random: RandomSource, [length]: readonly number[]): Layer {
  return random.pick<() => Layer>([
    () =>
      layers.dense({
        units: random.pick([1, 2, 5, 8, 17, 32]),
        useBias: random.chance(0.8),
        activation: activationName(random),
      }),
    () => layers.dense({ units: random.pick([3, 8, 16]), activation: activationName(random) }),
    () => normalization(random, length),
    () => layers.dropout({ rate: 0.3 }),
    () => layers.activation({ activation: activationName(random) }),
    () => layers.prelu(),
  ])();
}
