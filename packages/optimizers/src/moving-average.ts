import { add, mul, sub, type Tensor } from '@manabi/core';

/** A running average one step on: from the average towards the value, by the part 1 - decay of the way. */
export function approach(average: Tensor, value: Tensor, decay: number): Tensor {
  return add(average, mul(sub(value, average), 1 - decay));
}

/** A running average one step on, weighted: decay · average + (1 - decay) · value. */
export function blend(average: Tensor, value: Tensor, decay: number): Tensor {
  return add(mul(average, decay), mul(value, 1 - decay));
}
