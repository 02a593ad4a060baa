import { expm1, mul, negative, type Tensor } from '@manabi/core';

/**
 * 1 - betaᵗ: how much of an average that began at 0 is there after t steps. The difference itself would lose digits while
 * betaᵗ is near 1: three of seven for a beta of 0.999 in the first step.
 */
export function biasCorrection(beta: number, step: Tensor): Tensor {
  return negative(expm1(mul(step, Math.log(beta))));
}
