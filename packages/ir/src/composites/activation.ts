import { offset, scale } from './broadcast.ts';
import type { Composite } from './composite.ts';
import { between, isBetween, isNegative, nanWhereNaN, negativeExpm1, passWhere } from './slopes.ts';
import { type SmoothActivationConfigs, smoothActivation } from './smooth-activation.ts';

/** Activation functions of one operand `x` (`prelu` also takes `slope`). The result has the type of `x`. */
export interface ActivationConfigs extends SmoothActivationConfigs {
  /** y = max(x, 0) (ONNX Relu). */
  relu: Record<never, never>;
  /** y = min(max(x, 0), 6) (Keras relu6). */
  relu6: Record<never, never>;
  /** y = x for x > 0, otherwise alpha · x (ONNX LeakyRelu). */
  leakyRelu: { readonly alpha: number };
  /** y = x for x > 0, otherwise slope · x (ONNX PRelu). Operands `x`, `slope` of one shape. */
  prelu: Record<never, never>;
  /** y = x for x > 0, otherwise alpha · (e^x - 1) (ONNX Elu). */
  elu: { readonly alpha: number };
  /** y = x for x > 0, otherwise alpha · (e^(x/alpha) - 1) (ONNX Celu). */
  celu: { readonly alpha: number };
  /** y = scale · x for x > 0, otherwise scale · alpha · (e^x - 1), with the constants of the paper (ONNX Selu). */
  selu: Record<never, never>;
  /** y = x for x > alpha, otherwise 0 (ONNX ThresholdedRelu). */
  thresholdedRelu: { readonly alpha: number };
  /**
   * y = x + bias for x < -threshold, x - bias for x > threshold, otherwise 0 (ONNX Shrink): hard for bias 0, soft for
   * bias = threshold.
   */
  shrink: { readonly threshold: number; readonly bias: number };
  /**
   * y = min(max(alpha · x + beta, 0), 1) (ONNX HardSigmoid). ONNX and Keras 2 use 0.2 and 0.5, Keras 3 and PyTorch 1/6
   * and 0.5.
   */
  hardSigmoid: { readonly alpha: number; readonly beta: number };
  /** y = x · min(max(x + 3, 0), 6) / 6 (ONNX HardSwish). */
  hardSwish: Record<never, never>;
}

/** Constants of SELU: Klambauer, Unterthiner, Mayr, Hochreiter, "Self-Normalizing Neural Networks" (2017). */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** max(x, 0). The gradient is computed from the result, so that x need not be stored for the backward pass. */
const relu: Composite<ActivationConfigs['relu']> = {
  body: (b, [x]) => [b.select(isNegative(b, x), b.full(x, 0), x)],
  // Where the result is 0 or NaN, the derivative has the same value.
  vjp: (b, { results: [o] }, [g]) => [b.select(b.less(b.full(o, 0), o), g, b.stopGradient(o))],
};

/** min(max(x, 0), 6). The gradient is computed from the result, so that x need not be stored for the backward pass. */
const relu6: Composite<ActivationConfigs['relu6']> = {
  body: (b, [x]) => [between(b, x, 0, 6)],
  vjp: (b, { results: [o] }, [g]) => [passWhere(b, o, isBetween(b, o, 0, 6), g)],
};

/**
 * Activation functions. If x is NaN, the result and the gradient are NaN. At a kink, the derivative is that of the side
 * on which the function is constant, such as 0 for `relu` at 0 and `relu6` at 6. If neither side is constant, it is
 * that of the left side.
 */
export const activation: { readonly [K in keyof ActivationConfigs]: Composite<ActivationConfigs[K]> } = {
  ...smoothActivation,
  relu,
  relu6,
  leakyRelu: {
    body: (b, [x], { alpha }) => [b.select(isNegative(b, x), scale(b, x, alpha), x)],
    vjp: (b, { operands: [x], config: { alpha } }, [g]) => [
      nanWhereNaN(b, x, b.select(isNegative(b, x), scale(b, g, alpha), g)),
    ],
  },
  prelu: {
    body: (b, [x, slope]) => [b.select(isNegative(b, x), b.mul(x, slope), x)],
    vjp: (b, { operands: [x, slope] }, [g]) => [
      nanWhereNaN(b, x, b.select(isNegative(b, x), b.mul(g, slope), g)),
      nanWhereNaN(b, x, b.select(isNegative(b, x), b.mul(g, x), b.full(g, 0))),
    ],
  },
  elu: {
    body: (b, [x], { alpha }) => [b.select(isNegative(b, x), scale(b, negativeExpm1(b, x, 1), alpha), x)],
    vjp: (b, { operands: [x], results: [o], config: { alpha } }, [g]) => [
      nanWhereNaN(b, x, b.select(isNegative(b, x), b.mul(g, offset(b, o, alpha)), g)),
    ],
  },
  celu: {
    body: (b, [x], { alpha }) => [b.select(isNegative(b, x), scale(b, negativeExpm1(b, x, 1 / alpha), alpha), x)],
    vjp: (b, { operands: [x], results: [o], config: { alpha } }, [g]) => [
      nanWhereNaN(b, x, b.select(isNegative(b, x), b.mul(g, offset(b, scale(b, o, 1 / alpha), 1)), g)),
    ],
  },
  selu: {
    body: (b, [x]) => [
      b.select(isNegative(b, x), scale(b, negativeExpm1(b, x, 1), SELU_SCALE * SELU_ALPHA), scale(b, x, SELU_SCALE)),
    ],
    vjp: (b, { operands: [x], results: [o] }, [g]) => {
      const below = b.mul(g, offset(b, o, SELU_SCALE * SELU_ALPHA));
      return [nanWhereNaN(b, x, b.select(isNegative(b, x), below, scale(b, g, SELU_SCALE)))];
    },
  },
  thresholdedRelu: {
    body: (b, [x], { alpha }) => [b.select(b.lessEqual(x, b.full(x, alpha)), b.full(x, 0), x)],
    vjp: (b, { operands: [x], config: { alpha } }, [g]) => [passWhere(b, x, b.less(b.full(x, alpha), x), g)],
  },
  shrink: {
    body: (b, [x], { threshold, bias }) => [
      b.select(
        b.less(x, b.full(x, -threshold)),
        offset(b, x, bias),
        b.select(b.lessEqual(x, b.full(x, threshold)), b.full(x, 0), offset(b, x, -bias)),
      ),
    ],
    vjp: (b, { operands: [x], config: { threshold } }, [g]) => [
      passWhere(b, x, b.or(b.less(x, b.full(x, -threshold)), b.less(b.full(x, threshold), x)), g),
    ],
  },
  hardSigmoid: {
    // Computed as alpha · (x + beta / alpha), because alpha · x + beta loses precision where it is near 0.
    body: (b, [x], { alpha, beta }) => [
      between(b, alpha === 0 ? b.full(x, beta) : scale(b, offset(b, x, beta / alpha), alpha), 0, 1),
    ],
    vjp: (b, { operands: [x], results: [o], config: { alpha } }, [g]) => [
      passWhere(b, x, isBetween(b, o, 0, 1), scale(b, g, alpha)),
    ],
  },
  hardSwish: {
    // For x = -infinity, the product would be -infinity · 0, which is NaN.
    body: (b, [x]) => [b.mul(b.max(x, b.full(x, -3)), scale(b, between(b, offset(b, x, 3), 0, 6), 1 / 6))],
    vjp: (b, { operands: [x] }, [g]) => {
      const slope = offset(b, scale(b, between(b, x, -3, 3), 1 / 3), 0.5);
      const isLow = b.lessEqual(x, b.full(x, -3));
      return [b.select(isLow, b.full(g, 0), b.select(b.lessEqual(b.full(x, 3), x), g, b.mul(g, slope)))];
    },
  },
};
