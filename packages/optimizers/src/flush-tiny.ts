import { abs, less, type Tensor, where } from '@manabi/core';

/** 2⁻¹⁰⁰: its square root is below what float32 can add to an epsilon of 1e-8. */
const TINY = 2 ** -100;

/**
 * Magnitudes below 2⁻¹⁰⁰ as 0.
 *
 * An average whose values have stopped coming, as behind a ReLU that is dead, shrinks until rounding holds it among the
 * denormal numbers for good, and processors take a hundred cycles or more for an operation on one of those.
 */
export function flushTiny(x: Tensor): Tensor {
  return where(less(abs(x), TINY), 0, x);
}
