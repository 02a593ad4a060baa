import type { Tensor } from '@manabi/core';
import * as core from '@manabi/core';
import { add, clip, greater, minimum, mul, sigmoid as sigmoidOf, sqrt, square, sub, tanh, where } from '@manabi/core';
import { type KindsOf, notNegative, nullable, number, optional, readOptions } from '@manabi/errors';
import { checkTensor } from '../structure/check-tensor.ts';
import { axisKind } from '../structure/option-kinds.ts';

/**
 * Returns the input unchanged: `linear(x) = x`. The result has the shape of x.
 *
 * @throws ManabiError `argument` if `x` is not a tensor
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.linear(tensor([-1, 0, 2])).array()); // [-1, 0, 2]
 * ```
 */
export function linear(x: Tensor): Tensor {
  return checkTensor('linear', 'x', x);
}

/** Options of the activation `relu`. */
export interface ReluOptions {
  /** Slope for inputs below `threshold` (default: 0). */
  readonly negativeSlope?: number;
  /** Upper limit of the result (default: null, no limit). */
  readonly maxValue?: number | null;
  /** Threshold below which `negativeSlope` applies (default: 0). */
  readonly threshold?: number;
}

const reluKinds = {
  negativeSlope: optional(number(), 0),
  maxValue: optional(nullable(number()), null),
  threshold: optional(number(), 0),
} satisfies KindsOf<ReluOptions>;

/**
 * Applies the rectified linear unit: `relu(x) = x` for `x >= threshold`, else `negativeSlope · (x - threshold)`. The
 * result is at most `maxValue`. Source: V. Nair, G. Hinton, "Rectified linear units improve restricted Boltzmann
 * machines", 2010. The result has the shape of x.
 *
 * @throws ManabiError `argument` if `x` is not a tensor or an option is invalid
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.relu(tensor([-2, 0, 3])).array()); // [0, 0, 3]
 * console.log(await activations.relu(tensor([-2, 9]), { negativeSlope: 0.5, maxValue: 6 }).array()); // [-1, 6]
 * ```
 */
export function relu(x: Tensor, options: ReluOptions = {}): Tensor {
  checkTensor('relu', 'x', x);
  const { negativeSlope, maxValue, threshold } = readOptions('relu', options, reluKinds);
  const plain = negativeSlope === 0 && threshold === 0;
  if (plain && maxValue === 6) return core.relu6(x);
  const bent = plain ? core.relu(x) : where(core.greaterEqual(x, threshold), x, mul(sub(x, threshold), negativeSlope));
  return maxValue === null ? bent : minimum(bent, maxValue);
}

/**
 * Applies the leaky rectified linear unit: `leakyRelu(x) = x` for `x > 0`, else `negativeSlope · x`. Source: A. Maas, A.
 * Hannun, A. Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013. The result has the shape of x.
 *
 * @param options `negativeSlope` (default: 0.2; the layer `leakyReLU` defaults to 0.3)
 * @throws ManabiError `argument` if `x` is not a tensor or an option is invalid
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.leakyRelu(tensor([-1, 2])).array()); // [-0.2, 2]
 * ```
 */
export function leakyRelu(x: Tensor, options: { readonly negativeSlope?: number } = {}): Tensor {
  const { negativeSlope } = readOptions('leakyRelu', options, { negativeSlope: optional(number(), 0.2) });
  return core.leakyRelu(checkTensor('leakyRelu', 'x', x), { alpha: negativeSlope });
}

interface AxisOptions {
  readonly axis?: number;
}

const axisKinds = { axis: optional(axisKind, -1) } satisfies KindsOf<AxisOptions>;

function readAxis(op: string, x: Tensor, options: AxisOptions): number {
  checkTensor(op, 'x', x);
  return readOptions(op, options, axisKinds).axis;
}

/**
 * Normalizes the values along an axis to probabilities: `softmax(x)ᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)`.
 *
 * @param options `axis` (default: -1, the last)
 * @throws ManabiError `argument` if `x` is not a tensor, `axis` if it lacks the axis
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.softmax(tensor([[1, 1, 1, 1]])).array()); // [[0.25, 0.25, 0.25, 0.25]]
 * ```
 */
export function softmax(x: Tensor, options: AxisOptions = {}): Tensor {
  const axis = readAxis('softmax', x, options);
  return core.softmax(x, axis);
}

/**
 * Computes the logarithm of `softmax` without overflow: `logSoftmax(x)ᵢ = xᵢ - log Σⱼ exp(xⱼ)`.
 *
 * @param options `axis` (default: -1, the last)
 * @throws ManabiError `argument` if `x` is not a tensor, `axis` if it lacks the axis
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.logSoftmax(tensor([0, 0])).array()); // [-0.6931, -0.6931]
 * ```
 */
export function logSoftmax(x: Tensor, options: AxisOptions = {}): Tensor {
  const axis = readAxis('logSoftmax', x, options);
  return core.logSoftmax(x, axis);
}

/**
 * Applies the logistic function: `sigmoid(x) = 1 / (1 + exp(-x))`. The result has the shape of x.
 *
 * @throws ManabiError `argument` if `x` is not a tensor
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.sigmoid(tensor([0, 2])).array()); // [0.5, 0.8808]
 * ```
 */
export function sigmoid(x: Tensor): Tensor {
  checkTensor('sigmoid', 'x', x);
  return sigmoidOf(x);
}

/**
 * Computes the exponential of each element: `exponential(x) = exp(x)`.
 *
 * @throws ManabiError `argument` if `x` is not a tensor
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.exponential(tensor([0, 1])).array()); // [1, 2.7183]
 * ```
 */
export function exponential(x: Tensor): Tensor {
  return core.exp(checkTensor('exponential', 'x', x));
}

/**
 * Applies the gated linear unit: splits an axis into halves `a` and `b` and returns `a · sigmoid(b)`, with half the length
 * along that axis. Source: Y. Dauphin et al., "Language modeling with gated convolutional networks", 2016.
 *
 * @param options `axis` (default: -1, the last); its length must be even
 * @throws ManabiError `argument` if `x` is not a tensor, `axis` if it lacks the axis, `shape` if the length of the axis is
 * odd
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.glu(tensor([2, 4, 0, 0])).array()); // [1, 2]
 * ```
 */
export function glu(x: Tensor, options: AxisOptions = {}): Tensor {
  const axis = readAxis('glu', x, options);
  const [value, gate] = core.split(x, 2, axis);
  return mul(value, sigmoidOf(gate));
}

interface ThresholdOptions {
  readonly threshold?: number;
}

const thresholdKinds = { threshold: optional(notNegative, 0.5) } satisfies KindsOf<ThresholdOptions>;

function readThreshold(op: string, x: Tensor, options: ThresholdOptions): number {
  checkTensor(op, 'x', x);
  return readOptions(op, options, thresholdKinds).threshold;
}

/**
 * Sets small elements to zero: `hardShrink(x) = x` for `|x| > threshold`, else 0. The result has the shape of x.
 *
 * @param options `threshold` (default: 0.5)
 * @throws ManabiError `argument` if `x` is not a tensor or the threshold is negative
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.hardShrink(tensor([-2, 0.25, 1])).array()); // [-2, 0, 1]
 * ```
 */
export function hardShrink(x: Tensor, options: ThresholdOptions = {}): Tensor {
  const threshold = readThreshold('hardShrink', x, options);
  return core.shrink(x, { threshold, bias: 0 });
}

/**
 * Moves each element towards zero by the threshold: `softShrink(x) = sign(x) · max(|x| - threshold, 0)`.
 *
 * @param options `threshold` (default: 0.5)
 * @throws ManabiError `argument` if `x` is not a tensor or the threshold is negative
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.softShrink(tensor([-2, 0.25, 1])).array()); // [-1.5, 0, 0.5]
 * ```
 */
export function softShrink(x: Tensor, options: ThresholdOptions = {}): Tensor {
  const threshold = readThreshold('softShrink', x, options);
  return core.shrink(x, { threshold, bias: threshold });
}

/**
 * Computes `tanhShrink(x) = x - tanh(x)`. The result has the shape of x.
 *
 * @throws ManabiError `argument` if `x` is not a tensor
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.tanhShrink(tensor([0, 1])).array()); // [0, 0.2384]
 * ```
 */
export function tanhShrink(x: Tensor): Tensor {
  checkTensor('tanhShrink', 'x', x);
  return sub(x, tanh(x));
}

/**
 * Clips each element to [-1, 1]: `hardTanh(x) = min(max(x, -1), 1)`.
 *
 * @throws ManabiError `argument` if `x` is not a tensor
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.hardTanh(tensor([-3, 0.5, 3])).array()); // [-1, 0.5, 1]
 * ```
 */
export function hardTanh(x: Tensor): Tensor {
  return clip(checkTensor('hardTanh', 'x', x), -1, 1);
}

/**
 * Computes a smooth approximation of `relu` without exponentials: `squareplus(x) = (x + sqrt(x² + b)) / 2`. Source: J.
 * Barron, "Squareplus: a softplus-like algebraic rectifier", 2021. The result has the shape of x.
 *
 * @param options `b`, the smoothness (default: 4)
 * @throws ManabiError `argument` if `x` is not a tensor or `b` is negative
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.squareplus(tensor([-1, 0, 1])).array()); // [0.618, 1, 1.618]
 * ```
 */
export function squareplus(x: Tensor, options: { readonly b?: number } = {}): Tensor {
  checkTensor('squareplus', 'x', x);
  const { b } = readOptions('squareplus', options, { b: optional(notNegative, 4) });
  return mul(add(x, sqrt(add(square(x), b))), 0.5);
}

/**
 * Computes a piecewise approximation of `softplus`: `sparsePlus(x) = 0` for `x <= -1`, `(x + 1)² / 4` for `-1 < x < 1`,
 * and `x` for `x >= 1`. The result has the shape of x.
 *
 * @throws ManabiError `argument` if `x` is not a tensor
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.sparsePlus(tensor([-2, 0, 2])).array()); // [0, 0.25, 2]
 * ```
 */
export function sparsePlus(x: Tensor): Tensor {
  checkTensor('sparsePlus', 'x', x);
  const bend = mul(square(add(x, 1)), 0.25);
  return where(core.lessEqual(x, -1), 0, where(core.less(x, 1), bend, x));
}

/**
 * Computes a piecewise linear sigmoid: `sparseSigmoid(x) = min(max((x + 1) / 2, 0), 1)`. The result has the shape of x.
 *
 * @throws ManabiError `argument` if `x` is not a tensor
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.sparseSigmoid(tensor([-2, 0, 0.5])).array()); // [0, 0.5, 0.75]
 * ```
 */
export function sparseSigmoid(x: Tensor): Tensor {
  checkTensor('sparseSigmoid', 'x', x);
  return clip(mul(add(x, 1), 0.5), 0, 1);
}

interface ThresholdActivationOptions {
  readonly threshold?: number;
  readonly defaultValue?: number;
}

const activationThresholdKinds = {
  threshold: optional(number(), 0),
  defaultValue: optional(number(), 0),
} satisfies KindsOf<ThresholdActivationOptions>;

/**
 * Replaces elements at or below a threshold: `threshold(x) = x` for `x > threshold`, else `defaultValue`. The result has
 * the shape of x.
 *
 * @param options `threshold` (default: 0) and `defaultValue` (default: 0)
 * @throws ManabiError `argument` if `x` is not a tensor or an option is not a finite number
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * const result = activations.threshold(tensor([-1, 1, 3]), { threshold: 2, defaultValue: 9 });
 * console.log(await result.array()); // [9, 9, 3]
 * ```
 */
export function threshold(x: Tensor, options: ThresholdActivationOptions = {}): Tensor {
  checkTensor('threshold', 'x', x);
  const { threshold: limit, defaultValue } = readOptions('threshold', options, activationThresholdKinds);
  return where(greater(x, limit), x, defaultValue);
}

/**
 * Projects the values along an axis onto the probability simplex: the result sums to 1, and small inputs become exactly 0.
 * `sparsemax(z)ᵢ = max(zᵢ - τ(z), 0)`, where `τ` makes the sum 1. Source: A. Martins, R. Astudillo, "From softmax to
 * sparsemax", 2016.
 *
 * @param options `axis` (default: -1, the last)
 * @throws ManabiError `argument` if `x` is not a tensor, `axis` if it lacks the axis
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.sparsemax(tensor([0.1, 1.1, 0.9])).array()); // [0, 0.6, 0.4]
 * ```
 */
export function sparsemax(x: Tensor, options: AxisOptions = {}): Tensor {
  const axis = readAxis('sparsemax', x, options);
  const z = core.moveaxis(x, axis, -1);
  const descending = core.sort(z, -1, { descending: true });
  const ranks = core.arange(1, z.shape[z.rank - 1] + 1);
  const excess = sub(core.cumsum(descending, -1), 1);
  const inSupport = greater(mul(descending, ranks), excess);
  const count = core.sum(core.astype(inSupport, 'float32'), -1, { keepdims: true });
  const total = core.sum(where(inSupport, descending, 0), -1, { keepdims: true });
  const probabilities = core.maximum(sub(z, core.div(sub(total, 1), count)), 0);
  return core.moveaxis(probabilities, -1, axis);
}

/**
 * Computes `softsign(x) = x / (1 + |x|)`. The result has the shape of x.
 *
 * @throws ManabiError `argument` if `x` is not a tensor
 * @example
 * ```ts
 * import { activations, tensor } from 'manabi';
 *
 * console.log(await activations.softsign(tensor([-1, 0, 3])).array()); // [-0.5, 0, 0.75]
 * ```
 */
export function softsign(x: Tensor): Tensor {
  return core.softsign(checkTensor('softsign', 'x', x));
}
