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

interface Values {
  readonly first: number;
  readonly second: number;
  readonly last: number;
}

/** Batch sizes at which graphs are traced. */
const BATCH_SIZES: Values = { first: 5, second: 7, last: 12 };

/**
 * The three values of a variable length at which graphs are traced, for several attempts; `index` numbers the lengths. The
 * values are large enough for convolution windows, are odd and even multiples, and none is a multiple of another. The later
 * attempts are for networks that halve images often, and for those whose images must have a multiple of some length, such
 * as networks that join halved and doubled images with others.
 */
const ATTEMPTS: readonly ((index: number) => Values)[] = [
  (index) => ({ first: 29 + 14 * index, second: 31 + 14 * index, last: 38 + 14 * index }),
  (index) => ({ first: 97 + 14 * index, second: 163 + 14 * index, last: 262 + 14 * index }),
  ...[
    { unit: 2, multiples: [15, 17, 26] },
    { unit: 4, multiples: [9, 11, 14] },
    ...[8, 16, 32, 64].map((unit) => ({ unit, multiples: [5, 7, 12] })),
  ].map(({ unit, multiples }) => (index: number): Values => {
    const [first, second, last] = multiples.map((multiple) => unit * (multiple + 8 * index));
    return { first, second, last };
  }),
];

/** Number of attempts that `trialsOf` knows. */
export const ATTEMPT_COUNT = ATTEMPTS.length;

/**
 * Returns the combinations of lengths at which to trace a graph with the given variable lengths.
 *
 * @param known values of further lengths, which are the same in all traced graphs
 * @param attempt which values the lengths have: graphs that cannot be traced or merged with those of one attempt may be with
 * those of the next
 */
export function trialsOf(variables: readonly string[], known: Point = new Map(), attempt = 0): Trials {
  const values = variables.map((variable, index) => (variable === BATCH ? BATCH_SIZES : ATTEMPTS[attempt](index)));
  const point = (choose: (at: Values, index: number) => number): Point =>
    new Map([...known, ...variables.map((variable, i) => [variable, choose(values[i], i)] as const)]);
  const sets = Array.from({ length: 2 ** variables.length }, (_, set) =>
    point(({ first, second }, index) => ((set >> index) & 1 ? second : first)),
  );
  return { variables, points: variables.length === 0 ? sets : [...sets, point(({ last }) => last)] };
}
