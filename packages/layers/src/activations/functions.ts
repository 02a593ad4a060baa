import type { Tensor } from '@manabi/core';
import * as core from '@manabi/core';
import { add, clip, greater, minimum, mul, sigmoid as sigmoidOf, sqrt, square, sub, tanh, where } from '@manabi/core';
import { type KindsOf, notNegative, nullable, number, optional, readOptions } from '@manabi/errors';
import { checkTensor } from '../structure/check-tensor.ts';
import { axisKind } from '../structure/option-kinds.ts';

/** x itself. */
export function linear(x: Tensor): Tensor {
  return checkTensor('linear', 'x', x);
}

/** What `relu` takes. */
export interface ReluOptions {
  /** Slope below the threshold; by default 0. */
  readonly negativeSlope?: number;
  /** Largest value; by default there is none. */
  readonly maxValue?: number | null;
  /** Where values begin to count; by default 0. */
  readonly threshold?: number;
}

const reluKinds = {
  negativeSlope: optional(number(), 0),
  maxValue: optional(nullable(number()), null),
  threshold: optional(number(), 0),
} satisfies KindsOf<ReluOptions>;

/** x where it is the threshold or more, else `negativeSlope * (x - threshold)`; never above `maxValue`. */
export function relu(x: Tensor, options: ReluOptions = {}): Tensor {
  checkTensor('relu', 'x', x);
  const { negativeSlope, maxValue, threshold } = readOptions('relu', options, reluKinds);
  const plain = negativeSlope === 0 && threshold === 0;
  if (plain && maxValue === 6) return core.relu6(x);
  const bent = plain ? core.relu(x) : where(core.greaterEqual(x, threshold), x, mul(sub(x, threshold), negativeSlope));
  return maxValue === null ? bent : minimum(bent, maxValue);
}

/** x where it is positive, else `negativeSlope` times x, by default 0.2 (the layer `leakyReLU` has 0.3). */
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

/** Shares of e^x along an axis, by default the last. */
export function softmax(x: Tensor, options: AxisOptions = {}): Tensor {
  const axis = readAxis('softmax', x, options);
  return core.softmax(x, axis);
}

/** The logarithm of softmax. */
export function logSoftmax(x: Tensor, options: AxisOptions = {}): Tensor {
  const axis = readAxis('logSoftmax', x, options);
  return core.logSoftmax(x, axis);
}

/** 1 / (1 + exp(-x)). */
export function sigmoid(x: Tensor): Tensor {
  checkTensor('sigmoid', 'x', x);
  return sigmoidOf(x);
}

/** e^x. */
export function exponential(x: Tensor): Tensor {
  return core.exp(checkTensor('exponential', 'x', x));
}

/** The first half of an axis, by default the last, times the sigmoid of the second: Dauphin et al., 2016. */
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

/** x where its magnitude is above the threshold, else 0. */
export function hardShrink(x: Tensor, options: ThresholdOptions = {}): Tensor {
  const threshold = readThreshold('hardShrink', x, options);
  return core.shrink(x, { threshold, bias: 0 });
}

/** x moved by the threshold towards 0; 0 where its magnitude is below. */
export function softShrink(x: Tensor, options: ThresholdOptions = {}): Tensor {
  const threshold = readThreshold('softShrink', x, options);
  return core.shrink(x, { threshold, bias: threshold });
}

/** x - tanh(x). */
export function tanhShrink(x: Tensor): Tensor {
  checkTensor('tanhShrink', 'x', x);
  return sub(x, tanh(x));
}

/** x between -1 and 1. */
export function hardTanh(x: Tensor): Tensor {
  return clip(checkTensor('hardTanh', 'x', x), -1, 1);
}

/** `(x + sqrt(x² + b)) / 2`: Barron, 2021. */
export function squareplus(x: Tensor, options: { readonly b?: number } = {}): Tensor {
  checkTensor('squareplus', 'x', x);
  const { b } = readOptions('squareplus', options, { b: optional(notNegative, 4) });
  return mul(add(x, sqrt(add(square(x), b))), 0.5);
}

/** 0 below -1, x above 1, (x + 1)² / 4 between. */
export function sparsePlus(x: Tensor): Tensor {
  checkTensor('sparsePlus', 'x', x);
  const bend = mul(square(add(x, 1)), 0.25);
  return where(core.lessEqual(x, -1), 0, where(core.less(x, 1), bend, x));
}

/** 0 below -1, 1 above 1, (x + 1) / 2 between. */
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

/** x where it is above the threshold, else another value. */
export function threshold(x: Tensor, options: ThresholdActivationOptions = {}): Tensor {
  checkTensor('threshold', 'x', x);
  const { threshold: limit, defaultValue } = readOptions('threshold', options, activationThresholdKinds);
  return where(greater(x, limit), x, defaultValue);
}

/** The nearest shares of one along an axis, by default the last, many of them 0: Martins, Astudillo, 2016. */
export function sparsemax(x: Tensor, options: AxisOptions = {}): Tensor {
  const axis = readAxis('sparsemax', x, options);
  const z = core.moveaxis(x, axis, -1);
  const falling = core.sort(z, -1, { descending: true });
  const ranks = core.arange(1, z.shape[z.rank - 1] + 1);
  const excess = sub(core.cumsum(falling, -1), 1);
  const isIn = greater(mul(falling, ranks), excess);
  const count = core.sum(core.astype(isIn, 'float32'), -1, { keepdims: true });
  const total = core.sum(where(isIn, falling, 0), -1, { keepdims: true });
  const shares = core.maximum(sub(z, core.div(sub(total, 1), count)), 0);
  return core.moveaxis(shares, -1, axis);
}

/** x / (1 + |x|). */
export function softsign(x: Tensor): Tensor {
  return core.softsign(checkTensor('softsign', 'x', x));
}
