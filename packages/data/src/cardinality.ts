/** Number of elements of a dataset: a number, `Infinity`, or `'unknown'` if only an iteration could count them. */
export type Cardinality = number | 'unknown';

/** Applies `count` to a cardinality, unless it is unknown. */
export function mapCardinality(cardinality: Cardinality, count: (elements: number) => number): Cardinality {
  return cardinality === 'unknown' ? 'unknown' : count(cardinality);
}

/** Returns the cardinality of concatenated datasets; infinite if any of them is. */
export function sumCardinality(cardinalities: readonly Cardinality[]): Cardinality {
  if (cardinalities.includes(Infinity)) return Infinity;
  return cardinalities.reduce((sum, next) => (sum === 'unknown' || next === 'unknown' ? 'unknown' : sum + next), 0);
}

/** Returns the cardinality of zipped datasets, which is that of the shortest one. */
export function leastCardinality(cardinalities: readonly Cardinality[]): Cardinality {
  return cardinalities.reduce(
    (least, next) => (least === 'unknown' || next === 'unknown' ? 'unknown' : Math.min(least, next)),
    Infinity,
  );
}
