import type { Layer } from '@manabi/layers';
import * as layers from '@manabi/layers/layers';
import { activationName, normalization } from './any-layers.ts';
import type { Draw } from './draw.ts';

/** Returns a random layer for sequences of the shape [steps, features], or null if the drawn one does not fit them. */
export function sequenceLayer(draw: Draw, [steps, features]: readonly number[]): Layer | null {
  return draw.pick<() => Layer | null>([
    () => recurrent(draw, true),
    () => recurrent(draw, true),
    () =>
      layers.bidirectional({
        layer: recurrent(draw, true, false),
        mergeMode: draw.pick(['concat', 'sum', 'mul', 'ave']),
      }),
    () => {
      const padding = draw.pick(['valid', 'same', 'causal'] as const);
      const kernelSize = draw.integer(1, 3);
      if (padding === 'valid' && kernelSize > steps) return null;
      return layers.conv1d({
        filters: draw.integer(1, 6),
        kernelSize,
        strides: draw.integer(1, 2),
        padding,
        activation: activationName(draw),
      });
    },
    () => layers.maxPooling1d({ poolSize: 2, padding: 'same' }),
    () => layers.averagePooling1d({ poolSize: 2, padding: 'same' }),
    () => layers.dense({ units: draw.integer(1, 6), activation: activationName(draw) }),
    () =>
      layers.timeDistributed({ layer: layers.dense({ units: draw.integer(1, 6), activation: activationName(draw) }) }),
    () => normalization(draw, features),
    () => layers.dropout({ rate: 0.3 }),
    () => layers.activation({ activation: activationName(draw) }),
    () => layers.softmax({ axis: draw.pick([-1, 1]) }),
  ])();
}

type Recurrent = ReturnType<typeof layers.lstm | typeof layers.gru | typeof layers.simpleRNN>;

/** Returns a random layer that keeps the shape of sequences, apart from the number of features if it is recurrent. */
export function recurrent(draw: Draw, returnSequences: boolean, goBackwards = draw.chance(0.2)): Recurrent {
  const options = { units: draw.integer(1, 6), returnSequences, goBackwards };
  switch (draw.integer(0, 2)) {
    case 0:
      return layers.lstm(options);
    case 1:
      return layers.gru({ ...options, resetAfter: draw.chance(0.5) });
    default:
      return layers.simpleRNN({ ...options, activation: draw.pick(['tanh', 'relu']) });
  }
}

/** Returns a random layer for vectors. */
export function vectorLayer(draw: Draw, [length]: readonly number[]): Layer {
  return draw.pick<() => Layer>([
    () =>
      layers.dense({
        units: draw.pick([1, 2, 5, 8, 17, 32]),
        useBias: draw.chance(0.8),
        activation: activationName(draw),
      }),
    () => layers.dense({ units: draw.pick([3, 8, 16]), activation: activationName(draw) }),
    () => normalization(draw, length),
    () => layers.dropout({ rate: 0.3 }),
    () => layers.activation({ activation: activationName(draw) }),
    () => layers.prelu(),
  ])();
}
