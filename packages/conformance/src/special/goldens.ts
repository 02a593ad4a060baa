import { readFileSync } from 'node:fs';

/** A number in a golden file; NaN, infinities and -0 are strings. */
export type Written = number | string;

/** Converts numbers of a golden file to JavaScript numbers. */
export function numbersOf(written: readonly Written[]): number[] {
  return written.map((each) => {
    if (typeof each === 'number') return each;
    if (each === 'nan') return Number.NaN;
    return each === 'inf' ? Number.POSITIVE_INFINITY : each === '-inf' ? Number.NEGATIVE_INFINITY : -0;
  });
}

/** Reads the rows of a file in `goldens/`, written by `tooling/goldens/special-values`. */
export function readRows<Row>(name: string): readonly Row[] {
  const text = readFileSync(new URL(`./goldens/${name}.json`, import.meta.url), 'utf8');
  // `tooling/goldens/special-values` writes rows of this type.
  return JSON.parse(text) as Row[];
}
