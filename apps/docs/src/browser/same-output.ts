/** Largest difference of two decimal numbers, absolute and relative to the larger one. */
const ABSOLUTE = 0.06;
const RELATIVE = 0.1;

/**
 * Compares the output of a program with its recording. Texts and integers must be equal. Decimal numbers may differ a little,
 * because processors with fused multiply–add round otherwise, and training amplifies that.
 *
 * @returns the first difference; null if the outputs agree
 */
export function outputDifference(recorded: readonly string[], actual: readonly string[]): string | null {
  for (let i = 0; i < Math.max(recorded.length, actual.length); i++) {
    const [expected, got] = [recorded[i], actual[i]];
    if (expected === undefined || got === undefined || !isSameLine(expected, got)) {
      return `line ${i + 1}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`;
    }
  }
  return null;
}

function isSameLine(expected: string, got: string): boolean {
  const [a, b] = [expected, got].map(partsOf);
  return a.length === b.length && a.every((part, i) => isSamePart(part, b[i]));
}

/** Splits a line at its numbers, which are every second part. */
function partsOf(line: string): readonly string[] {
  return line.split(/(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)/);
}

function isSamePart(expected: string, got: string): boolean {
  if (expected === got) return true;
  if (!/[.e]/.test(expected) || !/\d/.test(expected) || !/\d/.test(got)) return false;
  const [a, b] = [Number(expected), Number(got)];
  return Math.abs(a - b) <= Math.max(ABSOLUTE, RELATIVE * Math.max(Math.abs(a), Math.abs(b)));
}
