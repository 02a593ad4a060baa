import { add, clip, mul } from '@manabi/core';
import { register } from '@manabi/layers/classes';

/** Name under which the `hard_sigmoid` of Keras 1 and 2 is saved. */
export const HARD_SIGMOID = 'hard_sigmoid_of_keras2';

/** Registers `hard_sigmoid` as defined before Keras 3, `y = clip(0.2 x + 0.5, 0, 1)`, and returns its name. */
export function hardSigmoidOfKeras2(): string {
  register('activation', HARD_SIGMOID, (x) => clip(add(mul(x, 0.2), 0.5), 0, 1));
  return HARD_SIGMOID;
}
