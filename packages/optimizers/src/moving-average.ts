import { add, mul, sub, type Tensor } from '@manabi/core';

/** Returns the next moving average as average + (1 - decay) · (value - average). */
export function approach(average: Tensor, value: Tensor, decay: number): Tensor {
  return add(average, mul(sub(value, average), 1 - decay));
}

/** Returns the next moving average as decay · average + (1 - decay) · value. */
export function blend(average: Tensor, value: Tensor, decay: number): Tensor {
  return add(mul(average, decay), mul(value, 1 - decay));
}
