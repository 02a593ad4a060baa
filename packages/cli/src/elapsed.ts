/** Returns the seconds since a time of `performance.now()`, rounded to hundredths. */
export function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 10) / 100;
}
