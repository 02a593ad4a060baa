/** Three digits, without the exponent that `toPrecision` gives to large numbers. */
export function significant(value: number): string {
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}
