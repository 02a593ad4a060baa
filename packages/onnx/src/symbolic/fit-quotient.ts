import { fitNumber } from './fit-number.ts';
import { isFixed, type Length, lengthAt, type OpenLength, openLength, productOf } from './length.ts';
import type { Trials } from './trials.ts';

/**
 * A number in a graph that is a constant divided by a variable length. Example: the factor 1 / batch that turns a sum
 * over samples into a mean.
 */
export interface Quotient {
  readonly times: number;
  readonly over: OpenLength;
}

/** Relative tolerance when a formula is compared with the values, which may have been rounded to float32. */
const TOLERANCE = 2 ** -22;

/**
 * Finds a quotient that equals a number in a graph, given its values in graphs that were traced at several lengths (the
 * trials). The quotient is 1 divided by a length that `fitNumber` finds, or a constant divided by a product of variable
 * lengths. Returns null if no quotient fits.
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

/**
 * Returns all products of variable lengths in which each length occurs at most twice. The mean of a mean over samples,
 * for example, is divided by the square of the batch size.
 */
function products({ variables }: Trials): readonly Length[] {
  const powers = variables.map((variable) => [
    [],
    [openLength(variable)],
    [openLength(variable), openLength(variable)],
  ]);
  const factors = powers.reduce<readonly (readonly Length[])[]>(
    (sets, choices) => sets.flatMap((set) => choices.map((choice) => [...set, ...choice])),
    [[]],
  );
  return factors.filter((set) => set.length > 0).map(productOf);
}
