import type { GraphBuilder } from '../builder.ts';
import type { Value } from '../graph.ts';
import { offset, scale } from './broadcast.ts';
import type { Composite } from './composite.ts';

/** Circular and hyperbolic functions: float operands of one shape, one result like them. */
export interface TrigonometryConfigs {
  tan: Record<never, never>;
  acos: Record<never, never>;
  /** Operands `y`, `x`: the angle of the point (x, y), from -π to π. */
  atan2: Record<never, never>;
  sinh: Record<never, never>;
  cosh: Record<never, never>;
  asinh: Record<never, never>;
  acosh: Record<never, never>;
  atanh: Record<never, never>;
}

/** From here on x² + 1 is x² in float64 too, and x² is not yet infinite in float32. */
const LARGE = 1e8;

/** Circular and hyperbolic functions, written so that small operands keep their digits and large ones do not overflow. */
export const trigonometry: { readonly [K in keyof TrigonometryConfigs]: Composite<TrigonometryConfigs[K]> } = {
  tan: {
    body: (b, [x]) => [b.div(b.sin(x), b.cos(x))],
    vjp: (b, { results: [o] }, [g]) => [b.mul(g, offset(b, b.mul(o, o), 1))],
  },
  acos: { body: (b, [x]) => [b.sub(b.full(x, Math.PI / 2), b.asin(x))] },
  atan2: {
    body: (b, [y, x]) => [atan2(b, y, x)],
    vjp: (b, { operands: [y, x] }, [g]) => {
      const square = b.add(b.mul(x, x), b.mul(y, y));
      // At the origin there is no angle; its gradient is taken as zero.
      const part = b.div(g, b.select(b.equal(square, b.full(square, 0)), b.full(square, 1), square));
      return [b.mul(part, x), b.neg(b.mul(part, y))];
    },
  },
  sinh: { body: (b, [x]) => [scale(b, b.sub(b.expm1(x), b.expm1(b.neg(x))), 0.5)] },
  cosh: { body: (b, [x]) => [scale(b, b.add(b.exp(x), b.exp(b.neg(x))), 0.5)] },
  asinh: {
    // log(a + √(a² + 1)) = log1p(a + a² / (1 + √(a² + 1))), and log(2a) for large a.
    body: (b, [x]) => {
      const size = b.abs(x);
      const isLarge = b.less(b.full(x, LARGE), size);
      const a = b.select(isLarge, b.full(x, 1), size);
      const square = b.mul(a, a);
      const root = b.sqrt(offset(b, square, 1));
      const small = b.log1p(b.add(a, b.div(square, offset(b, root, 1))));
      return [b.mul(b.sign(x), b.select(isLarge, logOfDouble(b, b.select(isLarge, size, a)), small))];
    },
    vjp: (b, { operands: [x] }, [g]) => [b.div(g, b.sqrt(offset(b, b.mul(x, x), 1)))],
  },
  acosh: {
    // log(x + √(x² - 1)) = log1p(t + √(2t + t²)) with t = x - 1, and log(2x) for large x.
    body: (b, [x]) => {
      const isLarge = b.less(b.full(x, LARGE), x);
      const t = offset(b, b.select(isLarge, b.full(x, 2), x), -1);
      const small = b.log1p(b.add(t, b.sqrt(b.mul(t, offset(b, t, 2)))));
      return [b.select(isLarge, logOfDouble(b, b.select(isLarge, x, b.full(x, 1))), small)];
    },
    vjp: (b, { operands: [x] }, [g]) => [b.div(g, b.mul(b.sqrt(offset(b, x, -1)), b.sqrt(offset(b, x, 1))))],
  },
  atanh: {
    // Half of log((1 + a) / (1 - a)) = log1p(2a / (1 - a)), for the size a alone, so that no digits cancel near -1.
    body: (b, [x]) => {
      const a = b.abs(x);
      const ratio = b.div(scale(b, a, 2), b.sub(b.full(x, 1), a));
      return [b.mul(scale(b, b.sign(x), 0.5), b.log1p(ratio))];
    },
    vjp: (b, { operands: [x] }, [g]) => [b.div(g, b.mul(b.sub(b.full(x, 1), x), offset(b, x, 1)))],
  },
};

function logOfDouble(b: GraphBuilder, x: Value): Value {
  return offset(b, b.log(x), Math.LN2);
}

/** The angle in the first eighth of the circle, from the smaller over the larger side, then mirrored into its place. */
function atan2(b: GraphBuilder, y: Value, x: Value): Value {
  const zero = b.full(x, 0);
  const one = b.full(x, 1);
  const [width, height] = [b.abs(x), b.abs(y)];
  const [longer, shorter] = [b.max(width, height), b.min(width, height)];
  const isOrigin = b.equal(longer, zero);
  const quotient = b.div(shorter, b.select(isOrigin, one, longer));
  // Infinity over infinity is the diagonal.
  const eighth = b.atan(b.select(b.isInf(shorter), one, quotient));
  const quarter = b.select(b.less(width, height), b.sub(b.full(x, Math.PI / 2), eighth), eighth);
  const half = b.select(b.less(x, zero), b.sub(b.full(x, Math.PI), quarter), quarter);
  return b.select(b.less(y, zero), b.neg(half), half);
}
