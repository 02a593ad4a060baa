import type { GraphBuilder } from '../builder.ts';
import { isFloat } from '../dtype.ts';
import type { Value } from '../graph.ts';
import { scale } from './broadcast.ts';
import type { Composite } from './composite.ts';

/** Functions of single elements: operands of one shape and dtype, one result like them (`isFinite`: bool). */
export interface ArithmeticConfigs {
  square: Record<never, never>;
  reciprocal: Record<never, never>;
  rsqrt: Record<never, never>;
  exp2: Record<never, never>;
  log2: Record<never, never>;
  log10: Record<never, never>;
  /** Toward zero. */
  trunc: Record<never, never>;
  isFinite: Record<never, never>;
  /** ONNX's Clip: `min(max(x, min), max)`; null where there is no bound. */
  clip: { readonly min: number | null; readonly max: number | null };
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
  exp2: { body: (b, [x]) => [b.exp(scale(b, x, Math.LN2))] },
  log2: { body: (b, [x]) => [scale(b, b.log(x), Math.LOG2E)] },
  log10: { body: (b, [x]) => [scale(b, b.log(x), Math.LOG10E)] },
  trunc: { body: (b, [x]) => [b.select(b.less(x, b.full(x, 0)), b.ceil(x), b.floor(x))] },
  isFinite: { body: (b, [x]) => [b.not(b.or(b.isNaN(x), b.isInf(x)))] },
  clip: {
    body: (b, [x], { min, max }) => {
      const raised = min === null ? x : b.max(x, b.full(x, min));
      return [max === null ? raised : b.min(raised, b.full(x, max))];
    },
    // The slope at the bounds themselves is 1, where that of max and min would be 1/2.
    vjp: (b, { operands: [x], config: { min, max } }, [g]) => {
      const zero = b.full(g, 0);
      const above = min === null ? g : b.select(b.less(x, b.full(x, min)), zero, g);
      return [max === null ? above : b.select(b.less(b.full(x, max), x), zero, above)];
    },
  },
  floorDivide: {
    body: (b, [x, y]) => {
      // As NumPy: what is left after the modulus is a whole multiple of y, so that 1 // 0.1 is 9, not 10.
      if (isFloat(b.dtype(x))) return [b.round(b.div(b.sub(x, floorMod(b, x, y)), y))];
      const quotient = b.div(x, y);
      return [b.select(signsDiffer(b, b.rem(x, y), y), b.sub(quotient, b.full(quotient, 1)), quotient)];
    },
  },
  floorMod: { body: (b, [x, y]) => [floorMod(b, x, y)] },
};

function floorMod(b: GraphBuilder, x: Value, y: Value): Value {
  const remainder = b.rem(x, y);
  return b.select(signsDiffer(b, remainder, y), b.add(remainder, y), remainder);
}

/** True where the remainder is not zero and its sign is not that of the divisor. */
function signsDiffer(b: GraphBuilder, remainder: Value, divisor: Value): Value {
  const zero = b.full(divisor, 0);
  const opposite = b.xor(b.less(remainder, zero), b.less(divisor, zero));
  return b.and(b.not(b.equal(remainder, zero)), opposite);
}
