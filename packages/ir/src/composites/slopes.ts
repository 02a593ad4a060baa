import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { scale } from './broadcast.ts';

/**
 * Returns true where an element is negative or 0, false elsewhere and for NaN. At 0, activations use the derivative of
 * their negative side.
 */
export function isNegative(b: GraphBuilder, x: Value): Value {
  return b.lessEqual(x, b.full(x, 0));
}

/** Sets a derivative to NaN where `x` is NaN, so that a NaN also appears in the gradient. */
export function nanWhereNaN(b: GraphBuilder, x: Value, slope: Value): Value {
  return b.select(b.isNaN(x), b.full(slope, Number.NaN), slope);
}

/** Returns the cotangent where a condition is true, and 0 elsewhere; NaN where `x` is NaN. */
export function passWhere(b: GraphBuilder, x: Value, condition: Value, g: Value): Value {
  return nanWhereNaN(b, x, b.select(condition, g, b.full(g, 0)));
}

/** Clips a value to [low, high]; NaN remains NaN. */
export function between(b: GraphBuilder, x: Value, low: number, high: number): Value {
  return b.min(b.max(x, b.full(x, low)), b.full(x, high));
}

/** Returns true where `low` < x < `high`. */
export function isBetween(b: GraphBuilder, x: Value, low: number, high: number): Value {
  return b.and(b.less(b.full(x, low), x), b.less(x, b.full(x, high)));
}

/**
 * Computes e^(x · factor) - 1 where x is negative, and 0 elsewhere: a select would ignore these elements, but their
 * overflow would corrupt gradients.
 */
export function negativeExpm1(b: GraphBuilder, x: Value, factor: number): Value {
  const guarded = b.select(isNegative(b, x), x, b.full(x, 0));
  return b.expm1(factor === 1 ? guarded : scale(b, guarded, factor));
}
