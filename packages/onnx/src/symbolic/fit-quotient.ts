import { fitNumber } from './fit-number.ts';
import { isFixed, type Length, lengthAt, type OpenLength, openLength, productOf } from './length.ts';
import type { Trials } from './trials.ts';

/** A number over an open length: what a sum over samples or words is multiplied with to be a mean. */
export interface Quotient {
  readonly times: number;
  readonly over: OpenLength;
}

/** Values may have been rounded to float32. */
const TOLERANCE = 2 ** -22;

/**
 * The quotient that has these values at the points of trials: 1 over a length that `fitNumber` finds, or any number over
 * a product of open lengths; null if there is none.
 */
export function fitQuotient(values: readonly number[], trials: Trials): Quotient | null {
  if (values.some((value) => !Number.isFinite(value) || value === 0)) return null;
  const whole = fitNumber(
    values.map((value) => Math.round(1 / value)),
    trials,
  );
  const candidates = [{ times: 1, over: whole }, ...products(trials).map((over) => ({ times: null, over }))];
  for (const { times, over } of candidates) {
    if (over === null || isFixed(over)) continue;
    const factor = times ?? values[0] * lengthAt(over, trials.points[0]);
    const fits = trials.points.every((point, i) => {
      const value = factor / lengthAt(over, point);
      return Math.abs(value - values[i]) <= TOLERANCE * Math.abs(values[i]);
    });
    if (fits) return { times: factor, over };
  }
  return null;
}

/** The products of some of the open lengths. */
function products({ variables }: Trials): readonly Length[] {
  const sets = Array.from({ length: 2 ** variables.length }, (_, set) =>
    productOf(variables.filter((_variable, place) => (set >> place) & 1).map(openLength)),
  );
  return sets.slice(1);
}
