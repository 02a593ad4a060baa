/**
 * Default relative step, the cube root of the machine epsilon: it balances the rounding error and the truncation error
 * of a central difference.
 */
const STEP = Math.cbrt(Number.EPSILON);

/**
 * Approximates the gradient of a function by central differences in float64: `(f(x + h) - f(x - h)) / 2h` for every element,
 * with `h = eps * max(1, |x|)`. The error is about 1e-9 of the function's scale where the function is smooth; the result is
 * meaningless near a kink or a jump.
 *
 * @param f function of one point. It must neither change its argument nor keep a reference to it, because all calls
 * receive the same array.
 * @param x point at which to differentiate; it is not changed
 * @param eps relative step. Default: the cube root of the machine epsilon, about 6e-6
 * @example
 * ```ts
 * finiteDifferenceGradient((x) => x[0] ** 2 + 3 * x[1], [2, 5]); // => [4, 3]
 * ```
 */
export function finiteDifferenceGradient(
  f: (x: Float64Array<ArrayBuffer>) => number,
  x: ArrayLike<number>,
  eps: number = STEP,
): Float64Array<ArrayBuffer> {
  const point = Float64Array.from(x);
  return new Float64Array(point.length).map((_, index) => {
    const center = point[index];
    const step = eps * Math.max(1, Math.abs(center));
    const above = center + step;
    const below = center - step;
    point[index] = above;
    const high = f(point);
    point[index] = below;
    const low = f(point);
    point[index] = center;
    // After rounding, the distance between the two points is `above - below`, which may differ from twice the step.
    return (high - low) / (above - below);
  });
}
