import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { offset, scale } from './broadcast.ts';
import { callComposite } from './call.ts';
import type { Composite } from './composite.ts';

/** Trigonometric and hyperbolic functions of float operands. The result has the type of the operands. */
export interface TrigonometryConfigs {
  /** y = arccos x (ONNX Acos). */
  acos: Record<never, never>;
  /** z = the angle of the point (x, y), from -π to π (NumPy arctan2). Operands `y`, `x`. */
  atan2: Record<never, never>;
  /** y = sinh x (ONNX Sinh). */
  sinh: Record<never, never>;
  /** y = cosh x (ONNX Cosh). */
  cosh: Record<never, never>;
  /** y = arsinh x (ONNX Asinh). */
  asinh: Record<never, never>;
  /** y = arcosh x (ONNX Acosh). */
  acosh: Record<never, never>;
  /** y = artanh x (ONNX Atanh). */
  atanh: Record<never, never>;
}

/** π/2 as a sum of two numbers: the rounded value and its rounding error. */
const RIGHT_ANGLE = {
  float32: { high: 1.5707963705062866, low: -4.371139000186241e-8 },
  float64: { high: 1.5707963267948966, low: 6.123233995736766e-17 },
} as const;

/** For x above this number, x² + 1 is rounded to x² in float64; below it, x² is finite in float32. */
const LARGE = 1e8;

/**
 * For |x| above this number, e^|x| / 2 is computed as e^(|x| - FAR) · (e^FAR / 2), so that it overflows only if the
 * result does.
 */
const FAR = { float32: 64, float64: 512 } as const;

/** (e^x - e^-x) / 2, computed from e^|x| - 1 for accuracy near 0. */
const sinh: Composite<TrigonometryConfigs['sinh']> = {
  body: (b, [x]) => {
    const { isFar, rest, half } = split(b, x);
    const power = b.expm1(rest);
    const whole = offset(b, power, 1);
    const near = scale(b, b.add(power, b.div(power, whole)), 0.5);
    return [b.mul(b.sign(x), b.select(isFar, b.mul(whole, half), near))];
  },
  // The gradient computes cosh without |x|, which has no derivative at 0. The products of √(e^x) overflow only if the
  // result does.
  vjp: (b, { operands: [x] }, [g]) => {
    const root = b.exp(scale(b, x, 0.5));
    const half = b.full(x, 0.5);
    return [b.mul(g, b.add(b.mul(b.mul(root, half), root), b.div(b.div(half, root), root)))];
  },
};

/** (e^x + e^-x) / 2. */
function cosh(b: GraphBuilder, x: Value): Value {
  const { rest, half } = split(b, x);
  const power = b.exp(rest);
  return b.add(b.mul(power, half), b.div(b.full(x, 0.5), power));
}

/**
 * Returns `rest` and `half`, for which e^|x| / 2 = e^rest · half: `rest` is |x|, or |x| - FAR where e^|x| would
 * overflow.
 */
function split(b: GraphBuilder, x: Value) {
  const from = FAR[b.dtype(x) === 'float64' ? 'float64' : 'float32'];
  const a = b.abs(x);
  const isFar = b.less(b.full(x, from), a);
  return {
    isFar,
    rest: b.sub(a, b.select(isFar, b.full(x, from), b.full(x, 0))),
    half: b.select(isFar, b.full(x, Math.exp(from) / 2), b.full(x, 0.5)),
  };
}

/** Trigonometric and hyperbolic functions that are accurate for small operands and do not overflow for large ones. */
export const trigonometry: { readonly [K in keyof TrigonometryConfigs]: Composite<TrigonometryConfigs[K]> } = {
  acos: {
    // For |x| > 1/2, computed from 2 arcsin √((1 - |x|) / 2), because π/2 - arcsin x loses precision near 0.
    body: (b, [x]) => {
      const a = b.abs(x);
      const isOuter = b.less(b.full(x, 0.5), a);
      const chord = b.sqrt(scale(b, b.sub(b.full(x, 1), a), 0.5));
      const angle = b.asin(b.select(isOuter, chord, x));
      const rest = fromRightAngle(b, angle);
      const outer = b.select(b.less(x, b.full(x, 0)), rest, angle);
      return [b.select(isOuter, scale(b, outer, 2), rest)];
    },
    vjp: (b, { operands: [x] }, [g]) => {
      const one = b.full(x, 1);
      return [b.neg(b.div(g, b.sqrt(b.mul(b.sub(one, x), b.add(one, x)))))];
    },
  },
  atan2: {
    body: (b, [y, x]) => [atan2(b, y, x)],
    vjp: (b, { operands: [y, x] }, [g]) => {
      // The result depends only on the ratio of x and y, so both are divided by the larger of |x| and |y| to avoid
      // overflow.
      const longer = b.stopGradient(b.max(b.abs(x), b.abs(y)));
      const one = b.full(longer, 1);
      const isOrigin = b.equal(longer, b.full(longer, 0));
      const unit = b.select(isOrigin, one, longer);
      const [width, height] = [b.div(x, unit), b.div(y, unit)];
      const square = b.add(b.mul(width, width), b.mul(height, height));
      const part = b.div(b.div(g, b.select(isOrigin, one, square)), unit);
      // The derivative is 0 at the origin, where the angle is undefined, and at infinity, where the angle is constant.
      const isFar = b.isInf(longer);
      const slope = (side: Value): Value => b.select(isFar, b.full(g, 0), b.mul(part, side));
      return [slope(width), b.neg(slope(height))];
    },
  },
  sinh,
  cosh: {
    body: (b, [x]) => [cosh(b, x)],
    vjp: (b, { operands: [x] }, [g]) => [b.mul(g, callComposite(b, 'sinh', sinh, [x], {})[0])],
  },
  asinh: {
    // ln(a + √(a² + 1)) = log1p(a + a² / (1 + √(a² + 1))), and ln(2a) for large a.
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
    // ln(x + √(x² - 1)) = log1p(t + √(2t + t²)) with t = x - 1, and ln(2x) for large x.
    body: (b, [x]) => {
      const isLarge = b.less(b.full(x, LARGE), x);
      const t = offset(b, b.select(isLarge, b.full(x, 2), x), -1);
      // Multiplies two square roots: the square root of the product would not be NaN if both factors are negative.
      const small = b.log1p(b.add(t, b.mul(b.sqrt(t), b.sqrt(offset(b, t, 2)))));
      return [b.select(isLarge, logOfDouble(b, b.select(isLarge, x, b.full(x, 1))), small)];
    },
    vjp: (b, { operands: [x] }, [g]) => [b.div(g, b.mul(b.sqrt(offset(b, x, -1)), b.sqrt(offset(b, x, 1))))],
  },
  atanh: {
    // ln((1 + a) / (1 - a)) / 2 = log1p(2a / (1 - a)) / 2 for a = |x|, which loses no precision near -1.
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

/** Computes π/2 - x. */
function fromRightAngle(b: GraphBuilder, x: Value): Value {
  const { high, low } = RIGHT_ANGLE[b.dtype(x) === 'float64' ? 'float64' : 'float32'];
  return b.sub(b.full(x, high), offset(b, x, -low));
}

/** Computes π - x. */
function fromStraightAngle(b: GraphBuilder, x: Value): Value {
  const { high, low } = RIGHT_ANGLE[b.dtype(x) === 'float64' ? 'float64' : 'float32'];
  return b.sub(b.full(x, 2 * high), offset(b, x, -2 * low));
}

/**
 * Computes the angle of the point (|x|, |y|), mirrored into the first octant, as the arctangent of a quotient of at
 * most 1; then mirrors the angle back. The signs of zeros are those of C99.
 */
function atan2(b: GraphBuilder, y: Value, x: Value): Value {
  const one = b.full(x, 1);
  const [width, height] = [b.abs(x), b.abs(y)];
  const [longer, shorter] = [b.max(width, height), b.min(width, height)];
  const isOrigin = b.equal(longer, b.full(x, 0));
  const quotient = b.div(shorter, b.select(isOrigin, one, longer));
  // If both coordinates are infinite, the quotient is defined as 1, the diagonal.
  const eighth = b.atan(b.select(b.isInf(shorter), one, quotient));
  const quarter = b.select(b.less(width, height), fromRightAngle(b, eighth), eighth);
  const half = b.select(isBelowZero(b, x), fromStraightAngle(b, quarter), quarter);
  return b.select(isBelowZero(b, y), b.neg(half), half);
}

/** Returns true for negative numbers and -0. */
function isBelowZero(b: GraphBuilder, x: Value): Value {
  const zero = b.full(x, 0);
  return b.or(b.less(x, zero), b.less(b.div(b.full(x, 1), x), zero));
}
