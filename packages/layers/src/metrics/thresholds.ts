import { fraction, integer, type Kind, nullable, oneOrMany, optional } from '@manabi/errors';

/** Validator for the option `thresholds`: one number, or several; null if omitted. */
export const thresholdsKind: Kind<number | readonly number[] | null> = optional(nullable(oneOrMany(fraction)), null);

/** Maximum number of thresholds; float32 cannot distinguish more. */
const MOST = 2 ** 20;

/**
 * Returns a validator for the number of thresholds.
 *
 * @param least the minimum
 */
/* @__NO_SIDE_EFFECTS__ */
export function numThresholdsKind(least: number): Kind<number> {
  return integer({ min: least, max: MOST });
}

/** Returns `count` thresholds that divide [0, 1] evenly, including both ends; 0.5 for a `count` of 1. */
export function evenThresholds(count: number): readonly number[] {
  return count === 1 ? [0.5] : Array.from({ length: count }, (_, i) => i / (count - 1));
}
