import type { GraphBuilder } from '../builder.ts';
import type { Value } from '../graph.ts';
import { offset, scale } from './broadcast.ts';
import { callComposite } from './call.ts';
import type { Composite } from './composite.ts';

/** Composites that stand between layers: one operand `x` of any shape (and a slope for `prelu`), one result like it. */
export interface ActivationConfigs {
  relu: Record<never, never>;
  relu6: Record<never, never>;
  /** `alpha`: slope below zero. */
  leakyRelu: { readonly alpha: number };
  /** Operands `x`, `slope` of one shape. */
  prelu: Record<never, never>;
  elu: { readonly alpha: number };
  celu: { readonly alpha: number };
  selu: Record<never, never>;
  thresholdedRelu: { readonly alpha: number };
  /** ONNX's Shrink; `bias: 0` is the hard one, `bias: threshold` the soft one. */
  shrink: { readonly threshold: number; readonly bias: number };
  /** `approximate`: the form with tanh instead of erf. */
  gelu: { readonly approximate: boolean };
  silu: Record<never, never>;
  mish: Record<never, never>;
  softplus: Record<never, never>;
  logSigmoid: Record<never, never>;
  softsign: Record<never, never>;
  /** `clip(alpha · x + beta, 0, 1)`: ONNX and Keras 2 use 0.2 and 0.5, Keras 3 and PyTorch 1/6 and 0.5. */
  hardSigmoid: { readonly alpha: number; readonly beta: number };
  hardSwish: Record<never, never>;
}

/** Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing neural networks" (2017). */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** log(1 + e^x) without overflow: max(x, 0) + log1p(e^-|x|). */
const softplus: Composite<ActivationConfigs['softplus']> = {
  body: (b, [x]) => [b.add(b.max(x, b.full(x, 0)), b.log1p(b.exp(b.neg(b.abs(x)))))],
  vjp: (b, { operands: [x] }, [g]) => [b.mul(g, b.sigmoid(x))],
};

/** -softplus(-x). */
const logSigmoid: Composite<ActivationConfigs['logSigmoid']> = {
  body: (b, [x]) => [b.sub(b.min(x, b.full(x, 0)), b.log1p(b.exp(b.neg(b.abs(x)))))],
  vjp: (b, { operands: [x] }, [g]) => [b.mul(g, b.sigmoid(b.neg(x)))],
};

/** max(x, 0). Its result tells where it was cut, so that nobody has to keep x for the way back. */
const relu: Composite<ActivationConfigs['relu']> = {
  body: (b, [x]) => [b.select(isNegative(b, x), b.full(x, 0), x)],
  vjp: (b, { results: [o] }, [g]) => [b.select(isNegative(b, o), b.full(g, 0), g)],
};

/** min(max(x, 0), 6); as for `relu`, its result tells where it was cut. */
const relu6: Composite<ActivationConfigs['relu6']> = {
  body: (b, [x]) => [between(b, x, 0, 6)],
  vjp: (b, { results: [o] }, [g]) => {
    const zero = b.full(g, 0);
    return [b.select(isNegative(b, o), zero, b.select(b.lessEqual(b.full(o, 6), o), zero, g))];
  },
};

/**
 * The activations. NaN goes through all of them. At a kink the slope is that of the left side: that of `relu` at 0 is 0.
 */
export const activation: { readonly [K in keyof ActivationConfigs]: Composite<ActivationConfigs[K]> } = {
  relu,
  relu6,
  leakyRelu: { body: (b, [x], { alpha }) => [b.select(isNegative(b, x), scale(b, x, alpha), x)] },
  prelu: { body: (b, [x, slope]) => [b.select(isNegative(b, x), b.mul(x, slope), x)] },
  elu: { body: (b, [x], { alpha }) => [b.select(isNegative(b, x), scale(b, negativeExpm1(b, x, 1), alpha), x)] },
  celu: {
    body: (b, [x], { alpha }) => [b.select(isNegative(b, x), scale(b, negativeExpm1(b, x, 1 / alpha), alpha), x)],
  },
  selu: {
    body: (b, [x]) => [
      scale(b, b.select(isNegative(b, x), scale(b, negativeExpm1(b, x, 1), SELU_ALPHA), x), SELU_SCALE),
    ],
  },
  thresholdedRelu: { body: (b, [x], { alpha }) => [b.select(b.lessEqual(x, b.full(x, alpha)), b.full(x, 0), x)] },
  shrink: {
    body: (b, [x], { threshold, bias }) => [
      b.select(
        b.less(x, b.full(x, -threshold)),
        offset(b, x, bias),
        b.select(b.lessEqual(x, b.full(x, threshold)), b.full(x, 0), offset(b, x, -bias)),
      ),
    ],
  },
  gelu: { body: (b, [x], { approximate }) => [approximate ? geluTanh(b, x) : geluErf(b, x)] },
  silu: { body: (b, [x]) => [b.mul(x, b.sigmoid(x))] },
  mish: { body: (b, [x]) => [b.mul(x, b.tanh(callComposite(b, 'softplus', softplus, [x], {})[0]))] },
  softplus,
  logSigmoid,
  softsign: { body: (b, [x]) => [b.div(x, offset(b, b.abs(x), 1))] },
  hardSigmoid: { body: (b, [x], { alpha, beta }) => [between(b, offset(b, scale(b, x, alpha), beta), 0, 1)] },
  hardSwish: { body: (b, [x]) => [b.mul(x, between(b, offset(b, scale(b, x, 1 / 6), 0.5), 0, 1))] },
};

function isNegative(b: GraphBuilder, x: Value): Value {
  return b.lessEqual(x, b.full(x, 0));
}

/** e^(x·factor) - 1 where x is not positive; elsewhere 0, so that nothing overflows where it is not looked at. */
function negativeExpm1(b: GraphBuilder, x: Value, factor: number): Value {
  const guarded = b.select(isNegative(b, x), x, b.full(x, 0));
  return b.expm1(factor === 1 ? guarded : scale(b, guarded, factor));
}

function between(b: GraphBuilder, x: Value, low: number, high: number): Value {
  const [lowest, highest] = [b.full(x, low), b.full(x, high)];
  return b.select(b.lessEqual(x, lowest), lowest, b.select(b.lessEqual(highest, x), highest, x));
}

/** x/2 · (1 + erf(x/√2)): Hendrycks, Gimpel, "Gaussian error linear units" (2016). */
function geluErf(b: GraphBuilder, x: Value): Value {
  return b.mul(scale(b, x, 0.5), offset(b, b.erf(scale(b, x, Math.SQRT1_2)), 1));
}

/** x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))), from the same paper. */
function geluTanh(b: GraphBuilder, x: Value): Value {
  const cubic = offset(b, scale(b, b.mul(x, x), 0.044715), 1);
  const inner = b.mul(scale(b, x, Math.sqrt(2 / Math.PI)), cubic);
  return b.mul(scale(b, x, 0.5), offset(b, b.tanh(inner), 1));
}
