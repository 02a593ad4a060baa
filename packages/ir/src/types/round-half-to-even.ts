/**
 * Rounds to the nearest integer, halves to even. The result keeps the sign of zero, as in IEEE 754.
 *
 * @example
 * ```ts
 * import { roundHalfToEven } from '@manabi/ir';
 *
 * console.log([0.5, 1.5, -2.5, 2.6].map(roundHalfToEven)); // [0, 2, -2, 3]
 * ```
 */
export function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  const isUp = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  const rounded = isUp ? below + 1 : below;
  // For -0.5 <= x < 0 the result must be -0 rather than 0.
  return rounded === 0 && x < 0 ? -0 : rounded;
}
