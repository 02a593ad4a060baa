/** Tolerance of a comparison: `|actual - expected| <= atol + rtol * |expected|`, as in NumPy's `allclose`. */
export interface Tolerance {
  /** Relative tolerance. Default: 0. */
  readonly rtol?: number;
  /** Absolute tolerance. Default: 0. */
  readonly atol?: number;
}

/** Element of two compared arrays with the largest difference relative to its tolerance. */
export interface WorstElement {
  readonly index: number;
  readonly actual: number | bigint;
  readonly expected: number | bigint;
  /** Difference divided by the tolerance: above 1 for a mismatch, infinite where NaN or an infinity differs. */
  readonly ratio: number;
}

/** Result of `compareArrays`. */
export interface ArrayComparison {
  /** Whether the lengths are equal and every element is within the tolerance. */
  readonly close: boolean;
  /** Number of elements beyond the tolerance. */
  readonly mismatches: number;
  /**
   * Element with the largest difference relative to its tolerance, the first one if several are equal; undefined if the
   * arrays are empty or differ in length.
   */
  readonly worst: WorstElement | undefined;
  /** One-line summary with the number of mismatches and the element with the largest error. */
  readonly message: string;
}

/** Array of numbers or bigints. Bigints are subtracted exactly. */
export type NumberArray = ArrayLike<number | bigint>;

/**
 * Compares two arrays element by element. NaN equals NaN, an infinity equals the same infinity, and 0 equals -0.
 *
 * @example
 * ```ts
 * compareArrays([1, 2.5], [1, 2], { atol: 0.1 }).mismatches; // => 1
 * compareArrays([1, 2.05], [1, 2], { atol: 0.1 }).close; // => true
 * ```
 */
export function compareArrays(
  actual: NumberArray,
  expected: NumberArray,
  { rtol = 0, atol = 0 }: Tolerance = {},
): ArrayComparison {
  if (actual.length !== expected.length) {
    const message = `expected length ${expected.length}, got ${actual.length}`;
    return { close: false, mismatches: Math.abs(actual.length - expected.length), worst: undefined, message };
  }
  let worst: WorstElement | undefined;
  let mismatches = 0;
  for (let index = 0; index < expected.length; index++) {
    const ratio = ratioOf(actual[index], expected[index], rtol, atol);
    if (ratio > 1) mismatches++;
    if (!worst || ratio > worst.ratio) worst = { index, actual: actual[index], expected: expected[index], ratio };
  }
  return { close: mismatches === 0, mismatches, worst, message: messageOf(mismatches, expected.length, worst) };
}

/**
 * Asserts that `compareArrays` finds no mismatch between two arrays.
 *
 * @param what name of the arrays in the message
 * @throws Error whose message states the number of mismatches and the element with the largest error
 * @example
 * ```ts
 * assertArraysClose([1, 2.05], [1, 2], { atol: 0.1 }, 'logits');
 * ```
 */
export function assertArraysClose(
  actual: NumberArray,
  expected: NumberArray,
  tolerance: Tolerance = {},
  what = 'arrays',
): void {
  const { close, message } = compareArrays(actual, expected, tolerance);
  if (!close) throw new Error(`${what} differ: ${message}`);
}

function ratioOf(actual: number | bigint, expected: number | bigint, rtol: number, atol: number): number {
  if (Object.is(actual, expected)) return 0;
  const difference =
    typeof actual === 'bigint' && typeof expected === 'bigint'
      ? Math.abs(Number(actual - expected))
      : Math.abs(Number(actual) - Number(expected));
  if (difference === 0) return 0;
  const allowed = atol + rtol * Math.abs(Number(expected));
  // NaN and infinities must match exactly: if the expected value is infinite, so is its tolerance, which would accept
  // every number.
  return Number.isFinite(difference) && allowed > 0 ? difference / allowed : Number.POSITIVE_INFINITY;
}

function messageOf(mismatches: number, length: number, worst: WorstElement | undefined): string {
  if (!worst) return 'nothing to compare';
  const { index, actual, expected, ratio } = worst;
  return (
    `${mismatches} of ${length} elements are beyond the tolerance; ` +
    `worst at index ${index}: expected ${expected}, got ${actual} (${Number(ratio.toPrecision(3))} times the tolerance)`
  );
}
