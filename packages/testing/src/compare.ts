/** How far two numbers may be apart: `|actual - expected| <= atol + rtol * |expected|`, as NumPy's `allclose` has it. */
export interface Tolerance {
  /** Relative part, by default 0. */
  readonly rtol?: number;
  /** Absolute part, by default 0. */
  readonly atol?: number;
}

/** The element that is furthest beyond, or nearest to, what is allowed. */
export interface WorstElement {
  readonly index: number;
  readonly actual: number | bigint;
  readonly expected: number | bigint;
  /** The difference over what is allowed: above 1 it is too much, infinite where NaN or an infinity is not met. */
  readonly ratio: number;
}

/** What `compareArrays` found. */
export interface ArrayComparison {
  /** Whether the lengths are equal and every element is within the tolerance. */
  readonly close: boolean;
  /** Number of elements beyond the tolerance. */
  readonly mismatches: number;
  /** The element with the largest ratio, the first of several; undefined when there is none to compare. */
  readonly worst: WorstElement | undefined;
  /** One line for people: why it is not close, or how close it is. */
  readonly message: string;
}

/** Numbers of any dtype: bigints are compared exactly before they are narrowed. */
export type NumberArray = ArrayLike<number | bigint>;

/**
 * Compares arrays element by element. NaN is equal to NaN, an infinity to the same infinity, 0 to -0.
 *
 * @example
 * compareArrays(await y.data(), expected, { rtol: 1e-5, atol: 1e-6 }).worst?.index
 */
export function compareArrays(
  actual: NumberArray,
  expected: NumberArray,
  { rtol = 0, atol = 0 }: Tolerance = {},
): ArrayComparison {
  if (actual.length !== expected.length) {
    const message = `length ${actual.length} where ${expected.length} was expected`;
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
 * Throws unless `compareArrays` finds the arrays close.
 *
 * @param what named in the error
 * @throws Error with the number of mismatches and the worst element
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
  // NaN, and an infinity on either side, must be met exactly: a tolerance that is infinite itself proves nothing.
  return Number.isFinite(difference) && allowed > 0 ? difference / allowed : Number.POSITIVE_INFINITY;
}

function messageOf(mismatches: number, length: number, worst: WorstElement | undefined): string {
  if (!worst) return 'nothing to compare';
  const { index, actual, expected, ratio } = worst;
  return (
    `${mismatches} of ${length} elements are beyond the tolerance; ` +
    `worst at ${index}: ${actual} where ${expected} was expected (${Number(ratio.toPrecision(3))} of what is allowed)`
  );
}
