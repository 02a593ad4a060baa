/** Element for which two float32 arrays differ the most, with its two values. */
export interface UlpDifference {
  /** Difference in units in the last place (ULP); infinite if exactly one of the two values is NaN. */
  readonly ulps: number;
  readonly index: number;
  readonly actual: number;
  readonly expected: number;
}

/**
 * Returns the difference of two numbers in units in the last place of float32: 1 for neighbours, 0 for 0 and -0. Both numbers
 * are rounded to float32 first. NaN equals NaN; the largest finite number and infinity are neighbours.
 *
 * @example
 * ```ts
 * ulpDifference(1 + 2 ** -23, 1); // => 1
 * ```
 */
export function ulpDifference(actual: number, expected: number): number {
  if (Number.isNaN(actual) && Number.isNaN(expected)) return 0;
  if (Number.isNaN(actual) || Number.isNaN(expected)) return Number.POSITIVE_INFINITY;
  return Math.abs(rank(actual) - rank(expected));
}

/**
 * Returns the element for which two arrays differ the most in units in the last place of float32, the first one if
 * several are equal.
 *
 * @returns undefined for empty arrays
 * @throws RangeError if the lengths differ
 * @example
 * ```ts
 * worstUlpDifference([1, 2 + 2 ** -22], [1, 2])?.index; // => 1
 * ```
 */
export function worstUlpDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): UlpDifference | undefined {
  if (actual.length !== expected.length) {
    throw new RangeError(
      `Cannot compare arrays of lengths ${actual.length} and ${expected.length} element by element.`,
    );
  }
  let worst: UlpDifference | undefined;
  for (let index = 0; index < expected.length; index++) {
    const ulps = ulpDifference(actual[index], expected[index]);
    if (!worst || ulps > worst.ulps) worst = { ulps, index, actual: actual[index], expected: expected[index] };
  }
  return worst;
}

/**
 * Returns the largest difference between elements of two arrays at the same index, in units in the last place of
 * float32; 0 for empty arrays.
 *
 * @throws RangeError if the lengths differ
 * @example
 * ```ts
 * maxUlpDifference([1, 2 + 2 ** -22], [1, 2]); // => 1
 * ```
 */
export function maxUlpDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  return worstUlpDifference(actual, expected)?.ulps ?? 0;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** Returns the position of a number in the sorted sequence of all float32 values, with 0 and -0 at position 0. */
function rank(value: number): number {
  float[0] = value;
  return bits[0] < 0 ? -(bits[0] & 0x7fffffff) : bits[0];
}
