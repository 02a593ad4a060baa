/** Returns a number with four significant digits: `0.1234`, `1.234e-7`, `12,340`. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size < 1e-3 || size >= 1e7) return value.toExponential(2).replace('e+', 'e');
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

/** Returns an integer with separators: `12,345`. */
export function countText(value: number): string {
  return value.toLocaleString('en-US');
}

/** Returns seconds as `0:42` or `1:02:03`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (part: number): string => String(part).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Returns a percentage such as `12.3 %`. */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Returns the title of a value: `valMeanAbsoluteError` becomes `mean absolute error`. */
export function titleOf(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
