import { add, clip, mul } from '@manabi/core';
import { register } from '@manabi/layers/classes';

/** What models of Keras 1 and 2 have for `hard_sigmoid`, also when they are saved again. */
export const HARD_SIGMOID = 'hard_sigmoid_of_keras2';

/** The name of what `hard_sigmoid` was before Keras 3, made known: 0.2 x + 0.5, from 0 to 1. */
export function hardSigmoidOfKeras2(): string {
  register('activation', HARD_SIGMOID, (x) => clip(add(mul(x, 0.2), 0.5), 0, 1));
  return HARD_SIGMOID;
}
