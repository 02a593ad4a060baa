import { BATCH } from './length.ts';

/** Values of the variable lengths, by name, at which a graph is traced once. */
export type Point = ReadonlyMap<string, number>;

/**
 * Combinations of values of the variable lengths. A graph is traced at each of them, to find how its numbers depend on
 * the lengths.
 */
export interface Trials {
  /** Names of the variable lengths. */
  readonly variables: readonly string[];
  /**
   * Values of all variables for each graph that is traced. Point i contains the second value of variable j if bit j of
   * i is set, and its first value otherwise. The last point contains the third value of every variable, with which a
   * formula is checked; it is omitted if there are no variables.
   */
  readonly points: readonly Point[];
}

/** Batch sizes at which graphs are traced: the first, second and last one. */
const BATCH_SIZES: Values = { first: 5, second: 7, last: 11 };

interface Values {
  readonly first: number;
  readonly second: number;
  readonly last: number;
}

/**
 * Returns the three values of a variable length at which graphs are traced. The values are large enough for convolution
 * windows, are even and odd, and none is a multiple of another.
 */
function valuesOf(variable: string, index: number): Values {
  return variable === BATCH ? BATCH_SIZES : { first: 29 + 14 * index, second: 31 + 14 * index, last: 38 + 14 * index };
}

/**
 * Returns the combinations of lengths at which to trace a graph with the given variable lengths.
 *
 * @param known values of further lengths, which are the same in all traced graphs
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
