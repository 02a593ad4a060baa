/** Number of elements of a dataset: a number, `Infinity`, or `'unknown'` if only an iteration could count them. */
export type Cardinality = number | 'unknown';

/** Returns `count(cardinality)`, or `'unknown'` for an unknown cardinality. */
export function mapCardinality(cardinality: Cardinality, count: (elements: number) => number): Cardinality {
  return cardinality === 'unknown' ? 'unknown' : count(cardinality);
}

/**
 * Returns the cardinality of concatenated datasets, given the cardinality of each; infinite if one of them is infinite.
 */
export function sumCardinality(cardinalities: readonly Cardinality[]): Cardinality {
  if (cardinalities.includes(Infinity)) return Infinity;
  return cardinalities.reduce((sum, next) => (sum === 'unknown' || next === 'unknown' ? 'unknown' : sum + next), 0);
}

/** Returns the cardinality of zipped datasets, given the cardinality of each: the smallest one. */
export function leastCardinality(cardinalities: readonly Cardinality[]): Cardinality {
  return cardinalities.reduce(
    (least, next) => (least === 'unknown' || next === 'unknown' ? 'unknown' : Math.min(least, next)),
    Infinity,
  );
}
