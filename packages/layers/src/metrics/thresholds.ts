import { fraction, integer, type Kind, nullable, oneOrMany, optional } from '@manabi/errors';

/** The option `thresholds`: one, or several; null for what is left out. */
export const thresholdsKind: Kind<number | readonly number[] | null> = optional(nullable(oneOrMany(fraction)), null);

/** More thresholds than float32 tells apart would only take time and memory. */
const MOST = 2 ** 20;

/**
 * The kind of a number of thresholds.
 *
 * @param least the fewest that there can be
 */
/* @__NO_SIDE_EFFECTS__ */
export function numThresholdsKind(least: number): Kind<number> {
  return integer({ min: least, max: MOST });
}

/** As many thresholds that divide 0 to 1 evenly; for one alone, 0.5. */
export function evenThresholds(count: number): readonly number[] {
  return count === 1 ? [0.5] : Array.from({ length: count }, (_, i) => i / (count - 1));
}
