import { BATCH } from './length.ts';

/** Values of the open lengths in a trial, by name. */
export type Point = ReadonlyMap<string, number>;

/** Points at which a graph is traced, to find how its numbers depend on open lengths. */
export interface Trials {
  /** Names of the open lengths. */
  readonly variables: readonly string[];
  /**
   * The first point has the first value of each variable. Then follows one point for each set of variables that take their
   * second values, given by the bits of its index. The last point, if there are variables, has third values for checking.
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

/** Values of other lengths: long enough for windows, of mixed parity, and not multiples of one another. */
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
