import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { scale } from './broadcast.ts';

/** True where an element is 0 or less; false for NaN. */
export function isNegative(b: GraphBuilder, x: Value): Value {
  return b.lessEqual(x, b.full(x, 0));
}

/** A slope that depends on `x`, so that it is NaN where `x` is: a gradient must not hide what the result shows. */
export function nanWhereNaN(b: GraphBuilder, x: Value, slope: Value): Value {
  return b.select(b.isNaN(x), b.full(slope, Number.NaN), slope);
}

/** The cotangent where a condition holds, and 0 elsewhere; NaN where `x` is. */
export function passWhere(b: GraphBuilder, x: Value, condition: Value, g: Value): Value {
  return nanWhereNaN(b, x, b.select(condition, g, b.full(g, 0)));
}

/** The value between two numbers; NaN goes through. */
export function between(b: GraphBuilder, x: Value, low: number, high: number): Value {
  return b.min(b.max(x, b.full(x, low)), b.full(x, high));
}

/** True between two numbers, without the numbers themselves. */
export function isBetween(b: GraphBuilder, x: Value, low: number, high: number): Value {
  return b.and(b.less(b.full(x, low), x), b.less(x, b.full(x, high)));
}

/** e^(x·factor) - 1 where x is not positive; elsewhere 0, so that nothing overflows where it is not looked at. */
export function negativeExpm1(b: GraphBuilder, x: Value, factor: number): Value {
  const guarded = b.select(isNegative(b, x), x, b.full(x, 0));
  return b.expm1(factor === 1 ? guarded : scale(b, guarded, factor));
}
