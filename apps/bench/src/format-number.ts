/** Formats a number with three significant digits, without an exponent. */
export function significant(value: number): string {
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}
