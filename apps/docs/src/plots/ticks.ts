/** Returns three to six round numbers in an interval. */
export function ticks(low: number, high: number): readonly number[] {
  const range = high - low;
  if (!(range > 0) || !Number.isFinite(range)) return [low];
  const power = 10 ** Math.floor(Math.log10(range / 4));
  const step = power * ([1, 2, 5, 10].find((factor) => range / (power * factor) <= 5) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Formats a number with at most four digits. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(1).replace('e+', 'e');
  return String(Number(value.toPrecision(4)));
}
