import { abs, less, type Tensor, where } from '@manabi/core';

/**
 * Smallest magnitude that is kept. It is far below every epsilon that is added to averages or to their roots, and still
 * a normal (not denormal) float32 after multiplication by a learning rate.
 */
const TINY = 2 ** -110;

/**
 * Replaces magnitudes below 2⁻¹¹⁰ by 0.
 *
 * A moving average whose gradients have become 0, such as behind a dead ReLU, decays to denormal numbers, and rounding
 * keeps it there. Processors need a hundred cycles or more for an operation on denormal numbers.
 */
export function flushTiny(x: Tensor): Tensor {
  return where(less(abs(x), TINY), 0, x);
}
