/** Seconds since a moment of `performance.now()`, in hundredths. */
export function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 10) / 100;
}
