import { readFileSync } from 'node:fs';

/** A number as the goldens write it: those that JSON lacks are texts. */
export type Written = number | string;

/** The numbers of a golden. */
export function numbersOf(written: readonly Written[]): number[] {
  return written.map((each) => {
    if (typeof each === 'number') return each;
    if (each === 'nan') return Number.NaN;
    return each === 'inf' ? Number.POSITIVE_INFINITY : each === '-inf' ? Number.NEGATIVE_INFINITY : -0;
  });
}

/** The rows of a file in `goldens/`, which `tooling/goldens/special-values` makes. */
export function readRows<Row>(name: string): readonly Row[] {
  const text = readFileSync(new URL(`./goldens/${name}.json`, import.meta.url), 'utf8');
  // The generator and the type of the row are changed together.
  return JSON.parse(text) as Row[];
}
