/** Number of elements of a data set: known, `Infinity`, or `'unknown'` until somebody has counted. */
export type Cardinality = number | 'unknown';

/** Applies `count` to a cardinality that is known or infinite. */
export function mapCardinality(cardinality: Cardinality, count: (elements: number) => number): Cardinality {
  return cardinality === 'unknown' ? 'unknown' : count(cardinality);
}

/** That of several data sets in a row. An infinite one makes the whole infinite, whatever the others are. */
export function sumCardinality(cardinalities: readonly Cardinality[]): Cardinality {
  if (cardinalities.includes(Infinity)) return Infinity;
  return cardinalities.reduce((sum, next) => (sum === 'unknown' || next === 'unknown' ? 'unknown' : sum + next), 0);
}

/** That of several data sets side by side, which end with the shortest. */
export function leastCardinality(cardinalities: readonly Cardinality[]): Cardinality {
  return cardinalities.reduce(
    (least, next) => (least === 'unknown' || next === 'unknown' ? 'unknown' : Math.min(least, next)),
    Infinity,
  );
}
