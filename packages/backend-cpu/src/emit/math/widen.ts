import { type Expression, instruction } from './expression.ts';

/** Returns four 32-bit lanes of two vectors: numbers 0 to 3 are lanes of x, and 4 to 7 are lanes of y. */
export function shuffle(x: Expression, y: Expression, lanes: readonly [number, number, number, number]): Expression {
  return { type: 'v128', operands: [x, y], write: (f) => f.shuffle32(...lanes) };
}

/**
 * Returns the operands of conversions to 64-bit lanes: the vector itself, whose lanes 0 and 1 are converted, and a
 * vector with its lanes 2 and 3 as lanes 0 and 1.
 */
export function halves(x: Expression): [Expression, Expression] {
  return [x, shuffle(x, x, [2, 3, 2, 3])];
}

/** Converts four float32 lanes to two vectors of float64. */
export function promote(x: Expression): [Expression, Expression] {
  const [low, high] = halves(x);
  return [instruction('f64x2.promote_low_f32x4', 'v128', low), instruction('f64x2.promote_low_f32x4', 'v128', high)];
}

/** Rounds two vectors of float64 to four float32 lanes. */
export function demote([low, high]: readonly [Expression, Expression]): Expression {
  const rounded = [low, high].map((part) => instruction('f32x4.demote_f64x2_zero', 'v128', part));
  return shuffle(rounded[0], rounded[1], [0, 1, 4, 5]);
}

/** Returns the low 32 bits of four 64-bit lanes in two vectors. */
export function lowWords([low, high]: readonly [Expression, Expression]): Expression {
  return shuffle(low, high, [0, 2, 4, 6]);
}

/** Returns the high 32 bits of four 64-bit lanes in two vectors. */
export function highWords([low, high]: readonly [Expression, Expression]): Expression {
  return shuffle(low, high, [1, 3, 5, 7]);
}

/** Applies a function to both float64 vectors of a pair. */
export function both(
  [low, high]: readonly [Expression, Expression],
  f: (half: Expression, which: 0 | 1) => Expression,
): [Expression, Expression] {
  return [f(low, 0), f(high, 1)];
}
