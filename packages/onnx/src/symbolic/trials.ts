import { BATCH } from './length.ts';

/** Lengths at which a graph is traced in one trial, by the name of each open length. */
export type Point = ReadonlyMap<string, number>;

/** Several traces of a graph at different lengths, which show how its numbers depend on the open lengths. */
export interface Trials {
  /** Names of the open lengths. */
  readonly variables: readonly string[];
  /**
   * Point i assigns to variable j its second value if bit j of i is set, and its first value otherwise. If there are
   * variables, a last point with their third values follows, for checking.
   */
  readonly points: readonly Point[];
}

/** First, second and last value of the batch size. */
const BATCH_SIZES: Values = { first: 5, second: 7, last: 11 };

interface Values {
  readonly first: number;
  readonly second: number;
  readonly last: number;
}

/**
 * Returns the three values of an open length for the trials: long enough for windows, even and odd, and not multiples of each
 * other.
 */
function valuesOf(variable: string, index: number): Values {
  return variable === BATCH ? BATCH_SIZES : { first: 29 + 14 * index, second: 31 + 14 * index, last: 38 + 14 * index };
}

/**
 * Returns the points at which to trace a graph with the given open lengths.
 *
 * @param known values of other lengths, equal at all points
 */
export function trialsOf(variables: readonly string[], known: Point = new Map()): Trials {
  const values = variables.map(valuesOf);
  const point = (choose: (at: Values, index: number) => number): Point =>
    new Map([...known, ...variables.map((variable, i) => [variable, choose(values[i], i)] as const)]);
  const sets = Array.from({ length: 2 ** variables.length }, (_, set) =>
    point(({ first, second }, index) => ((set >> index) & 1 ? second : first)),
  );
  return { variables, points: variables.length === 0 ? sets : [...sets, point(({ last }) => last)] };
}
