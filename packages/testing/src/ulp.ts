/** Where two float32 arrays are furthest apart. */
export interface UlpDifference {
  /** Number of float32 values between the two, infinite where one alone is NaN. */
  readonly ulps: number;
  readonly index: number;
  readonly actual: number;
  readonly expected: number;
}

/**
 * The distance of two numbers counted in float32 values: 1 for neighbours, 0 for 0 and -0. Both are rounded to float32
 * first. NaN equals NaN; the largest finite number and infinity are neighbours.
 */
export function ulpDifference(actual: number, expected: number): number {
  if (Number.isNaN(actual) && Number.isNaN(expected)) return 0;
  if (Number.isNaN(actual) || Number.isNaN(expected)) return Number.POSITIVE_INFINITY;
  return Math.abs(rank(actual) - rank(expected));
}

/**
 * The element at which two arrays are furthest apart in float32 values, the first of several.
 *
 * @returns undefined for empty arrays
 * @throws RangeError for arrays of two lengths
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
 * The largest distance of two arrays' elements in float32 values, 0 for empty arrays.
 *
 * @throws RangeError for arrays of two lengths
 *
 * @example
 * expect(maxUlpDifference(await exp(x).data(), reference)).toBeLessThanOrEqual(3);
 */
export function maxUlpDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  return worstUlpDifference(actual, expected)?.ulps ?? 0;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The place of a number among all float32 values; 0 and -0 share one. */
function rank(value: number): number {
  float[0] = value;
  return bits[0] < 0 ? -(bits[0] & 0x7fffffff) : bits[0];
}
