import { expm1, mul, negative, type Tensor } from '@manabi/core';

/**
 * Returns 1 - betaᵗ, the total weight of t values in a moving average that began at 0. A plain subtraction would lose
 * digits while betaᵗ is near 1: with a beta of 0.999, three of the seven digits of float32 in the first step.
 */
export function biasCorrection(beta: number, step: Tensor): Tensor {
  return negative(expm1(mul(step, Math.log(beta))));
}
