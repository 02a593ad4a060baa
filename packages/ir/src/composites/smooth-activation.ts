import type { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import { offset, scale } from './broadcast.ts';
import { callComposite } from './call.ts';
import type { Composite } from './composite.ts';
import { expOfMinusSquare, shifted, sizeWithinTail, tailRatio } from './gaussian.ts';
import { between } from './slopes.ts';

/** Smooth activation functions of one operand `x`. The result has the type of `x`. */
export interface SmoothActivationConfigs {
  /**
   * y = x · Φ(x) with the normal distribution function Φ (ONNX Gelu). `approximate` uses x · (1 + tanh(√(2/π) · (x +
   * 0.044715 x³))) / 2.
   */
  gelu: { readonly approximate: boolean };
  /** y = x · sigmoid(x) (Keras silu, also called swish). */
  silu: Record<never, never>;
  /** y = x · tanh(ln(1 + e^x)) (ONNX Mish). */
  mish: Record<never, never>;
  /** y = ln(1 + e^x) (ONNX Softplus). */
  softplus: Record<never, never>;
  /** y = ln sigmoid(x) (PyTorch logsigmoid). */
  logSigmoid: Record<never, never>;
  /** y = x / (1 + |x|) (ONNX Softsign). */
  softsign: Record<never, never>;
}

/**
 * √(2/π) and the cubic coefficient of the tanh approximation: Hendrycks, Gimpel, "Gaussian Error Linear Units" (2016).
 */
const GELU_SCALE = Math.sqrt(2 / Math.PI);
const GELU_CUBIC = 0.044715;

/**
 * For x below `left`, e^x is 0. For x above `right`, terms that tend to 0 for large x are smaller than a rounding
 * error.
 */
const ENDS: { readonly [K in 'float32' | 'float64']: { readonly left: number; readonly right: number } } = {
  float32: { left: -200, right: 20 },
  float64: { left: -1200, right: 40 },
};

function endsOf(b: GraphBuilder, x: Value) {
  return ENDS[b.dtype(x) === 'float64' ? 'float64' : 'float32'];
}

/**
 * Computes max(x, `left` of `ENDS`): below `left`, results are 0 anyway, and -infinity would cause infinity · 0, which
 * is NaN.
 */
function notTooLow(b: GraphBuilder, x: Value): Value {
  return b.max(x, b.full(x, endsOf(b, x).left));
}

/**
 * Computes x Φ(x) as x - t, or -t for negative x, with t = |x| Φ(-|x|), so that results for very negative x are
 * accurate.
 */
function geluOfNormal(b: GraphBuilder, x: Value): Value {
  const a = sizeWithinTail(b, x);
  const exponential = expOfMinusSquare(b, a, 0.5);
  const t = b.mul(b.mul(b.div(a, shifted(b, a)), tailRatio(b, a, exponential)), exponential.power);
  return b.select(b.less(x, b.full(x, 0)), b.neg(t), b.sub(x, t));
}

/**
 * The derivative of gelu, Φ(x) + x φ(x). Computed for -|x|, because the derivatives at x and -x add up to 1. The second
 * derivative, (2 - x²) φ(x), is defined explicitly, because differentiating |x| would result in 0 at x = 0.
 */
const slopeOfNormal: Composite<Record<never, never>> = {
  body: (b, [x]) => {
    const a = sizeWithinTail(b, x);
    const exponential = expOfMinusSquare(b, a, 0.5);
    const probability = b.div(tailRatio(b, a, exponential), shifted(b, a));
    const left = b.mul(exponential.power, b.sub(probability, scale(b, a, 1 / Math.sqrt(2 * Math.PI))));
    return [b.select(b.less(x, b.full(x, 0)), left, b.sub(b.full(x, 1), left))];
  },
  vjp: (b, { operands: [x] }, [g]) => {
    const kept = between(b, x, -NORMAL_END, NORMAL_END);
    const square = b.mul(kept, kept);
    const density = scale(b, b.exp(scale(b, square, -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return [b.mul(g, b.mul(offset(b, b.neg(square), 2), density))];
  },
};

/** For |x| above this number, the normal density is 0 in float64 and float32. */
const NORMAL_END = 40;

/**
 * Computes 2u, where u is the inner polynomial of the approximate gelu x (1 + tanh(u)) / 2. This gelu equals x
 * sigmoid(2u), which is accurate for negative x.
 */
function geluInner(b: GraphBuilder, x: Value): Value {
  return b.mul(x, offset(b, scale(b, b.mul(x, x), 2 * GELU_SCALE * GELU_CUBIC), 2 * GELU_SCALE));
}

/** For |x| above this number, the sigmoid of the inner polynomial is 0 or 1 in float64 and float32. */
const GELU_TANH_END = 40;

const gelu: Composite<SmoothActivationConfigs['gelu']> = {
  body: (b, [x], { approximate }) => {
    if (!approximate) return [geluOfNormal(b, x)];
    const kept = b.max(x, b.full(x, -GELU_TANH_END));
    return [b.mul(kept, b.sigmoid(geluInner(b, between(b, x, -GELU_TANH_END, GELU_TANH_END))))];
  },
  vjp: (b, { operands: [x], config: { approximate } }, [g]) => {
    if (!approximate) return [b.mul(g, callComposite(b, 'geluSlope', slopeOfNormal, [x], {})[0])];
    const kept = between(b, x, -GELU_TANH_END, GELU_TANH_END);
    const s = b.sigmoid(geluInner(b, kept));
    const inner = offset(b, scale(b, b.mul(kept, kept), 6 * GELU_SCALE * GELU_CUBIC), 2 * GELU_SCALE);
    const bend = b.mul(b.mul(kept, inner), b.sub(b.full(s, 1), s));
    return [b.mul(g, b.mul(s, offset(b, bend, 1)))];
  },
};

/** x sigmoid(x): Ramachandran, Zoph, Le, "Searching for Activation Functions" (2017). */
const silu: Composite<SmoothActivationConfigs['silu']> = {
  body: (b, [x]) => {
    const kept = notTooLow(b, x);
    return [b.mul(kept, b.sigmoid(kept))];
  },
  vjp: (b, { operands: [x] }, [g]) => {
    const { left } = endsOf(b, x);
    const kept = between(b, x, left, -left);
    const s = b.sigmoid(kept);
    return [b.mul(g, b.mul(s, offset(b, b.mul(kept, b.sub(b.full(s, 1), s)), 1)))];
  },
};

/** x tanh(ln(1 + w)) with w = e^x, computed as x n / (n + 1) with n = w + w²/2: Misra, "Mish" (2019). */
const mish: Composite<SmoothActivationConfigs['mish']> = {
  body: (b, [x]) => {
    const kept = notTooLow(b, x);
    const { n } = mishParts(b, kept);
    return [b.mul(kept, b.div(n, offset(b, n, 1)))];
  },
  vjp: (b, { operands: [x] }, [g]) => {
    const kept = between(b, x, endsOf(b, x).left, endsOf(b, x).right);
    const { w, n } = mishParts(b, kept);
    const whole = offset(b, n, 1);
    const bend = b.div(b.mul(b.mul(kept, w), offset(b, w, 1)), b.mul(whole, whole));
    return [b.mul(g, b.add(b.div(n, whole), bend))];
  },
};

function mishParts(b: GraphBuilder, x: Value) {
  const w = b.exp(b.min(x, b.full(x, endsOf(b, x).right)));
  return { w, n: b.add(w, b.mul(w, scale(b, w, 0.5))) };
}

/** ln(1 + e^x) without overflow: max(x, 0) + log1p(e^-|x|). */
const softplus: Composite<SmoothActivationConfigs['softplus']> = {
  body: (b, [x]) => [b.add(b.max(x, b.full(x, 0)), b.log1p(b.exp(b.neg(b.abs(x)))))],
  vjp: (b, { operands: [x] }, [g]) => [b.mul(g, b.sigmoid(x))],
};

/** -softplus(-x). */
const logSigmoid: Composite<SmoothActivationConfigs['logSigmoid']> = {
  body: (b, [x]) => [b.neg(b.add(b.max(b.neg(x), b.full(x, 0)), b.log1p(b.exp(b.neg(b.abs(x))))))],
  vjp: (b, { operands: [x] }, [g]) => [b.mul(g, b.sigmoid(b.neg(x)))],
};

/** For |x| above this number, x / (1 + |x|) is rounded to ±1. */
const SOFTSIGN_END = 1e30;

const softsign: Composite<SmoothActivationConfigs['softsign']> = {
  body: (b, [x]) => {
    const kept = between(b, x, -SOFTSIGN_END, SOFTSIGN_END);
    return [b.div(kept, offset(b, b.abs(kept), 1))];
  },
  vjp: (b, { operands: [x] }, [g]) => {
    const whole = offset(b, b.abs(x), 1);
    return [b.div(b.div(g, whole), whole)];
  },
};

/** Smooth activation functions. At ±infinity, they and their derivatives return their limits instead of NaN. */
export const smoothActivation: {
  readonly [K in keyof SmoothActivationConfigs]: Composite<SmoothActivationConfigs[K]>;
} = { gelu, silu, mish, softplus, logSigmoid, softsign };
