import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { isFloat } from '../types/dtype.ts';
import { scale } from './broadcast.ts';
import type { Composite } from './composite.ts';
import { nanWhereNaN } from './slopes.ts';

/**
 * Elementwise functions of operands of equal shape and dtype. The result has the type of the operands (bool for
 * `isFinite`).
 */
export interface ArithmeticConfigs {
  /** y = x². */
  square: Record<never, never>;
  /** y = 1 / x (ONNX Reciprocal). */
  reciprocal: Record<never, never>;
  /** y = 1 / √x. */
  rsqrt: Record<never, never>;
  /** y = log₂ x, exact for powers of 2 (NumPy log2). */
  log2: Record<never, never>;
  /** y = log₁₀ x, exact for powers of 10 (NumPy log10). */
  log10: Record<never, never>;
  /** y = x rounded toward zero (NumPy trunc). */
  trunc: Record<never, never>;
  /** y = true where x is neither infinite nor NaN (NumPy isfinite). */
  isFinite: Record<never, never>;
  /** y = min(max(x, min), max) (ONNX Clip); null means no bound. */
  clip: { readonly min: number | null; readonly max: number | null };
  /** y = min(max(x, low), high). Operands `x`, `low`, `high` of one shape. */
  clipBetween: Record<never, never>;
  /** z = ⌊x / y⌋ (NumPy floor_divide). Operands `x`, `y`. */
  floorDivide: Record<never, never>;
  /** z = x - ⌊x / y⌋ · y, the remainder with the sign of `y` (NumPy mod). Operands `x`, `y`. */
  floorMod: Record<never, never>;
}

/** Elementwise functions that are composed of arithmetic operators. */
export const arithmetic: { readonly [K in keyof ArithmeticConfigs]: Composite<ArithmeticConfigs[K]> } = {
  square: { body: (b, [x]) => [b.mul(x, x)] },
  reciprocal: {
    body: (b, [x]) => [b.div(b.full(x, 1), x)],
    vjp: (b, { results: [o] }, [g]) => [b.neg(b.mul(g, b.mul(o, o)))],
  },
  rsqrt: { body: (b, [x]) => [b.div(b.full(x, 1), b.sqrt(x))] },
  log2: logarithm(Math.LN2),
  log10: logarithm(Math.LN10),
  trunc: { body: (b, [x]) => [b.select(b.less(x, b.full(x, 0)), b.ceil(x), b.floor(x))] },
  isFinite: { body: (b, [x]) => [b.not(b.or(b.isNaN(x), b.isInf(x)))] },
  clip: {
    body: (b, [x], { min, max }) => {
      const raised = min === null ? x : b.max(x, b.full(x, min));
      return [max === null ? raised : b.min(raised, b.full(x, max))];
    },
    // The derivative at the bounds is defined as 1; differentiating max and min would result in 1/2.
    vjp: (b, { operands: [x], results: [o], config: { min, max } }, [g]) => {
      const zero = b.full(g, 0);
      const above = min === null ? g : b.select(b.less(x, b.full(x, min)), zero, g);
      return [nanWhereNaN(b, o, max === null ? above : b.select(b.less(b.full(x, max), x), zero, above))];
    },
  },
  clipBetween: {
    body: (b, [x, low, high]) => [b.min(b.max(x, low), high)],
    // Where x equals a bound, the cotangent belongs to x alone.
    vjp: (b, { operands: [x, low, high], results: [o] }, [g]) => {
      const zero = b.full(g, 0);
      const isBelow = b.less(x, low);
      const isAbove = b.less(high, b.max(x, low));
      const slopes = [
        b.select(b.or(isBelow, isAbove), zero, g),
        b.select(isAbove, zero, b.select(isBelow, g, zero)),
        b.select(isAbove, g, zero),
      ];
      return slopes.map((slope) => nanWhereNaN(b, o, slope));
    },
  },
  floorDivide: {
    body: (b, [x, y]) => {
      if (isFloat(b.dtype(x))) return [floorQuotient(b, x, y)];
      const quotient = b.div(x, y);
      return [b.select(signsDiffer(b, b.rem(x, y), y), b.sub(quotient, b.full(quotient, 1)), quotient)];
    },
  },
  floorMod: { body: (b, [x, y]) => [floorMod(b, x, y)] },
};

/**
 * Computes a logarithm from the natural logarithm. Results within rounding error of an integer are rounded to it, so that
 * powers of the base return exact integers.
 */
function logarithm(naturalLogOfBase: number): Composite<Record<never, never>> {
  return {
    body: (b, [x]) => {
      const quotient = scale(b, b.log(x), 1 / naturalLogOfBase);
      const nearest = b.round(quotient);
      // An upper bound of the rounding errors for all powers of 2 and 10.
      const unit = b.dtype(x) === 'float64' ? 1.25 * 2 ** -52 : 2 ** -23;
      const isNear = b.lessEqual(b.abs(b.sub(quotient, nearest)), scale(b, b.abs(nearest), unit));
      return [b.select(isNear, nearest, quotient)];
    },
    vjp: (b, { operands: [x] }, [g]) => [b.div(scale(b, g, 1 / naturalLogOfBase), x)],
  };
}

/**
 * Computes ⌊x / y⌋. Divides x minus the remainder by y, because x / y may be rounded up to the next integer: ⌊1 / 0.1⌋
 * is 9, since 0.1 is slightly more than 1/10 in floating point. For y = 0 the result is infinity or NaN. A result of
 * zero has the sign of x / y.
 */
function floorQuotient(b: GraphBuilder, x: Value, y: Value): Value {
  const quotient = b.stopGradient(b.div(x, y));
  const remainder = b.rem(x, y);
  const truncated = b.round(b.div(b.sub(x, remainder), y));
  const isBelow = signsDiffer(b, remainder, y);
  const rounded = b.select(isBelow, b.sub(truncated, b.full(x, 1)), truncated);
  const zero = b.full(x, 0);
  const signed = b.select(b.equal(rounded, zero), b.mul(quotient, zero), rounded);
  return b.select(b.equal(y, zero), quotient, signed);
}

/** Computes the remainder, which has the sign of the divisor even if it is 0. */
function floorMod(b: GraphBuilder, x: Value, y: Value): Value {
  const remainder = b.rem(x, y);
  const moved = b.select(signsDiffer(b, remainder, y), b.add(remainder, y), remainder);
  if (!isFloat(b.dtype(x))) return moved;
  const zero = b.full(x, 0);
  // Adding 0 converts -0 to 0, and the subtraction converts 0 to -0. Neither changes any other value.
  return b.select(b.less(y, zero), b.neg(b.sub(zero, moved)), b.add(moved, zero));
}

/** Returns true where the remainder is not zero and has another sign than the divisor. */
function signsDiffer(b: GraphBuilder, remainder: Value, divisor: Value): Value {
  const zero = b.full(divisor, 0);
  const opposite = b.xor(b.less(remainder, zero), b.less(divisor, zero));
  return b.and(b.not(b.equal(remainder, zero)), opposite);
}
