import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { isFloat } from '../types/dtype.ts';
import { scale } from './broadcast.ts';
import type { Composite } from './composite.ts';
import { nanWhereNaN } from './slopes.ts';

/** Functions of single elements: operands of one shape and dtype, one result like them (`isFinite`: bool). */
export interface ArithmeticConfigs {
  square: Record<never, never>;
  reciprocal: Record<never, never>;
  rsqrt: Record<never, never>;
  log2: Record<never, never>;
  log10: Record<never, never>;
  /** Toward zero. */
  trunc: Record<never, never>;
  isFinite: Record<never, never>;
  /** ONNX's Clip: `min(max(x, min), max)`; null where there is no bound. */
  clip: { readonly min: number | null; readonly max: number | null };
  /** As `clip`, with the bounds as operands: `x`, `low`, `high` of one shape. */
  clipBetween: Record<never, never>;
  /** Operands `x`, `y`; the quotient rounded toward minus infinity, as NumPy's. */
  floorDivide: Record<never, never>;
  /** Operands `x`, `y`; the remainder with the sign of `y`, as Python's. */
  floorMod: Record<never, never>;
}

/** Functions of single elements that need no more than arithmetic. */
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
    // The slope at the bounds themselves is 1, where that of max and min would be 1/2.
    vjp: (b, { operands: [x], results: [o], config: { min, max } }, [g]) => {
      const zero = b.full(g, 0);
      const above = min === null ? g : b.select(b.less(x, b.full(x, min)), zero, g);
      return [nanWhereNaN(b, o, max === null ? above : b.select(b.less(b.full(x, max), x), zero, above))];
    },
  },
  clipBetween: {
    body: (b, [x, low, high]) => [b.min(b.max(x, low), high)],
    // At the bounds themselves x alone has a slope.
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

/** A logarithm from the natural one; what it has for a power of the base is an integer, to which it is rounded. */
function logarithm(ofBase: number): Composite<Record<never, never>> {
  return {
    body: (b, [x]) => {
      const quotient = scale(b, b.log(x), 1 / ofBase);
      const nearest = b.round(quotient);
      // The rounding errors of the logarithm and the product together, for all powers of 2 and 10 that there are.
      const unit = b.dtype(x) === 'float64' ? 1.25 * 2 ** -52 : 2 ** -23;
      const isNear = b.lessEqual(b.abs(b.sub(quotient, nearest)), scale(b, b.abs(nearest), unit));
      return [b.select(isNear, nearest, quotient)];
    },
    vjp: (b, { operands: [x] }, [g]) => [b.div(scale(b, g, 1 / ofBase), x)],
  };
}

/**
 * The quotient rounded down. What is left after the remainder is a whole multiple of y, so that 1 // 0.1 is 9, not 10. By a
 * zero it is the quotient itself: infinity, or NaN. A zero has the sign of the quotient.
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

/** The remainder with the sign of the divisor, which a remainder of zero has too. */
function floorMod(b: GraphBuilder, x: Value, y: Value): Value {
  const remainder = b.rem(x, y);
  const moved = b.select(signsDiffer(b, remainder, y), b.add(remainder, y), remainder);
  if (!isFloat(b.dtype(x))) return moved;
  const zero = b.full(x, 0);
  // Adding 0 makes 0 of -0, and the other way round below; all else stays as it is.
  return b.select(b.less(y, zero), b.neg(b.sub(zero, moved)), b.add(moved, zero));
}

/** True where the remainder is not zero and its sign is not that of the divisor. */
function signsDiffer(b: GraphBuilder, remainder: Value, divisor: Value): Value {
  const zero = b.full(divisor, 0);
  const opposite = b.xor(b.less(remainder, zero), b.less(divisor, zero));
  return b.and(b.not(b.equal(remainder, zero)), opposite);
}
