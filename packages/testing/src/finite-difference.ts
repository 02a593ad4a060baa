/** The step for which the rounding and the truncation of a central difference balance: the cube root of epsilon. */
const STEP = Math.cbrt(Number.EPSILON);

/**
 * The gradient of a function of many numbers by central differences in float64:
 * `(f(x + h) - f(x - h)) / 2h` for every element, with `h = eps * max(1, |x|)`. Good to about 1e-9 of the function's
 * scale where it is smooth; meaningless across a kink or a jump.
 *
 * @param f must not keep or change its argument, which is used again
 * @param x where to differentiate; not changed
 * @param eps relative step, by default the cube root of the machine epsilon (about 6e-6)
 *
 * @example
 * finiteDifferenceGradient((x) => x[0] ** 2 + 3 * x[1], Float64Array.of(2, 5)); // [4, 3]
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
    // The real distance, after rounding, rather than twice the step.
    return (high - low) / (above - below);
  });
}
