/**
 * Rounds a number of filters to a multiple of a divisor, without going more than 10% below it, as the MobileNet papers
 * do.
 */
export function roundedFilters(filters: number, divisor = 8): number {
  const rounded = Math.max(divisor, Math.floor(Math.trunc(filters + divisor / 2) / divisor) * divisor);
  return rounded < 0.9 * filters ? rounded + divisor : rounded;
}
