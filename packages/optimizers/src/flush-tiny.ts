import { abs, less, type Tensor, where } from '@manabi/core';

/**
 * Smallest magnitude that is kept: far below any epsilon added to averages or to their roots, and still a normal number after
 * multiplication by a learning rate.
 */
const TINY = 2 ** -110;

/**
 * Replaces magnitudes below 2⁻¹¹⁰ by 0.
 *
 * An average that no longer receives values, such as behind a dead ReLU, decays into the denormal numbers and rounding
 * keeps it there; on those a processor needs a hundred cycles or more per operation.
 */
export function flushTiny(x: Tensor): Tensor {
  return where(less(abs(x), TINY), 0, x);
}
