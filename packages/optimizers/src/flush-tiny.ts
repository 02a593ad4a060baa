import { abs, less, type Tensor, where } from '@manabi/core';

/** Far below any epsilon that is added to such averages or to their roots; times a learning rate it is no denormal number yet. */
const TINY = 2 ** -110;

/**
 * Magnitudes below 2⁻¹¹⁰ as 0.
 *
 * An average whose values have stopped coming, as behind a ReLU that is dead, shrinks until rounding holds it among the
 * denormal numbers for good, and processors take a hundred cycles or more for an operation on one of those.
 */
export function flushTiny(x: Tensor): Tensor {
  return where(less(abs(x), TINY), 0, x);
}
