import type { Tensor } from '@manabi/core';
import * as core from '@manabi/core';
import { add, clip, greater, minimum, mul, sigmoid as sigmoidOf, sqrt, square, sub, tanh, where } from '@manabi/core';
import { rememberLogits } from '../logits.ts';

/** x itself. */
export function linear(x: Tensor): Tensor {
  return x;
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

/** x where it is the threshold or more, else `negativeSlope * (x - threshold)`; never above `maxValue`. */
export function relu(x: Tensor, { negativeSlope = 0, maxValue = null, threshold = 0 }: ReluOptions = {}): Tensor {
  const plain = negativeSlope === 0 && threshold === 0;
  if (plain && maxValue === 6) return core.relu6(x);
  const bent = plain ? core.relu(x) : where(core.greaterEqual(x, threshold), x, mul(sub(x, threshold), negativeSlope));
  return maxValue === null ? bent : minimum(bent, maxValue);
}

/** x where it is positive, else `negativeSlope` times x, by default 0.2 (the layer `leakyReLU` has 0.3). */
export function leakyRelu(x: Tensor, { negativeSlope = 0.2 }: { readonly negativeSlope?: number } = {}): Tensor {
  return core.leakyRelu(x, { alpha: negativeSlope });
}

/** Shares of e^x along an axis, by default the last. */
export function softmax(x: Tensor, { axis = -1 }: { readonly axis?: number } = {}): Tensor {
  const shares = core.softmax(x, axis);
  const isLast = axis === -1 || axis === x.rank - 1;
  return isLast ? rememberLogits(shares, { kind: 'softmax', logits: x }) : shares;
}

/** The logarithm of softmax. */
export function logSoftmax(x: Tensor, { axis = -1 }: { readonly axis?: number } = {}): Tensor {
  return core.logSoftmax(x, axis);
}

/** 1 / (1 + exp(-x)). */
export function sigmoid(x: Tensor): Tensor {
  return rememberLogits(sigmoidOf(x), { kind: 'sigmoid', logits: x });
}

/** e^x. */
export function exponential(x: Tensor): Tensor {
  return core.exp(x);
}

/** The first half of an axis, by default the last, times the sigmoid of the second: Dauphin et al., 2016. */
export function glu(x: Tensor, { axis = -1 }: { readonly axis?: number } = {}): Tensor {
  const [value, gate] = core.split(x, 2, axis);
  return mul(value, sigmoidOf(gate));
}

/** x where its magnitude is above the threshold, else 0. */
export function hardShrink(x: Tensor, { threshold = 0.5 }: { readonly threshold?: number } = {}): Tensor {
  return core.shrink(x, { threshold, bias: 0 });
}

/** x moved by the threshold towards 0; 0 where its magnitude is below. */
export function softShrink(x: Tensor, { threshold = 0.5 }: { readonly threshold?: number } = {}): Tensor {
  return core.shrink(x, { threshold, bias: threshold });
}

/** x - tanh(x). */
export function tanhShrink(x: Tensor): Tensor {
  return sub(x, tanh(x));
}

/** x between -1 and 1. */
export function hardTanh(x: Tensor): Tensor {
  return clip(x, -1, 1);
}

/** `(x + sqrt(x² + b)) / 2`: Barron, 2021. */
export function squareplus(x: Tensor, { b = 4 }: { readonly b?: number } = {}): Tensor {
  return mul(add(x, sqrt(add(square(x), b))), 0.5);
}

/** 0 below -1, x above 1, (x + 1)² / 4 between. */
export function sparsePlus(x: Tensor): Tensor {
  const bend = mul(square(add(x, 1)), 0.25);
  return where(core.lessEqual(x, -1), 0, where(core.less(x, 1), bend, x));
}

/** 0 below -1, 1 above 1, (x + 1) / 2 between. */
export function sparseSigmoid(x: Tensor): Tensor {
  return clip(mul(add(x, 1), 0.5), 0, 1);
}

/** x where it is above the threshold, else another value. */
export function threshold(
  x: Tensor,
  { threshold: limit = 0, defaultValue = 0 }: { readonly threshold?: number; readonly defaultValue?: number } = {},
): Tensor {
  return where(greater(x, limit), x, defaultValue);
}

/** The nearest shares of one along an axis, by default the last, many of them 0: Martins, Astudillo, 2016. */
export function sparsemax(x: Tensor, { axis = -1 }: { readonly axis?: number } = {}): Tensor {
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
  return core.softsign(x);
}
