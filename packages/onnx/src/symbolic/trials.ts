import { BATCH } from './length.ts';

/** What the open lengths are in a trial, by name. */
export type Point = ReadonlyMap<string, number>;

/** Trials that tell how numbers depend on open lengths. */
export interface Trials {
  /** The open lengths. */
  readonly variables: readonly string[];
  /**
   * The first has the first value of each; then comes one for each set of them that have their second values, as bits of
   * its place say; the last, if anything is open, has other values and checks what was found.
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

/** Of other lengths: long enough for windows, and neither all even nor multiples of one another. */
function valuesOf(variable: string, place: number): Values {
  return variable === BATCH ? BATCH_SIZES : { first: 29 + 14 * place, second: 31 + 14 * place, last: 38 + 14 * place };
}

/**
 * Trials for some open lengths.
 *
 * @param known what other lengths are in all trials
 */
export function trialsOf(variables: readonly string[], known: Point = new Map()): Trials {
  const values = variables.map(valuesOf);
  const point = (choose: (at: Values, place: number) => number): Point =>
    new Map([...known, ...variables.map((variable, i) => [variable, choose(values[i], i)] as const)]);
  const sets = Array.from({ length: 2 ** variables.length }, (_, set) =>
    point(({ first, second }, place) => ((set >> place) & 1 ? second : first)),
  );
  return { variables, points: variables.length === 0 ? sets : [...sets, point(({ last }) => last)] };
}
