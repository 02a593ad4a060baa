/** Returns the seconds since `start`, a result of `performance.now()`, rounded to hundredths. */
export function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 10) / 100;
}
