import { add, clip, div, maximum, mul, sqrt, square, sum, type Tensor } from '@manabi/core';
import { checkedBy } from '../check-options.ts';
import type { Constraint } from './constraint.ts';

/** Keeps a division by the norm of a zero weight finite; Keras's epsilon. */
const EPSILON = 1e-7;

/** What all constraints of norms take. */
export interface NormOptions {
  /** Axes along which a norm is taken; by default 0: the weights of one unit of a dense layer. */
  readonly axis?: number | readonly number[];
}

/** What `maxNorm` takes. */
export interface MaxNormOptions extends NormOptions {
  /** By default 2. */
  readonly maxValue?: number;
}

/** What `minMaxNorm` takes. */
export interface MinMaxNormOptions extends NormOptions {
  /** By default 0. */
  readonly minValue?: number;
  /** By default 1. */
  readonly maxValue?: number;
  /** How far a norm is moved towards the allowed ones; by default 1, all the way. */
  readonly rate?: number;
}

/** Norms no longer than `maxValue`: Srivastava et al., 2014. */
export function maxNorm(options: MaxNormOptions = {}): Constraint {
  const { maxValue = 2, axis = 0 } = options;
  return checkedBy(options, {
    className: 'MaxNorm',
    config: { maxValue, axis },
    constrain: (w) => rescaled(w, axis, (norms) => clip(norms, 0, maxValue)),
  });
}

/** Norms from `minValue` to `maxValue`. */
export function minMaxNorm(options: MinMaxNormOptions = {}): Constraint {
  const { minValue = 0, maxValue = 1, rate = 1, axis = 0 } = options;
  return checkedBy(options, {
    className: 'MinMaxNorm',
    config: { minValue, maxValue, rate, axis },
    constrain: (w) =>
      rescaled(w, axis, (norms) => add(mul(clip(norms, minValue, maxValue), rate), mul(norms, 1 - rate))),
  });
}

/** Norms of 1. */
export function unitNorm(options: NormOptions = {}): Constraint {
  const { axis = 0 } = options;
  return checkedBy(options, {
    className: 'UnitNorm',
    config: { axis },
    constrain: (w) => div(w, add(normsOf(w, axis), EPSILON)),
  });
}

/** No negative weights. */
export function nonNeg(options: object = {}): Constraint {
  return checkedBy(options, { className: 'NonNeg', config: {}, constrain: (w) => maximum(w, 0) });
}

function normsOf(w: Tensor, axis: number | readonly number[]): Tensor {
  return sqrt(sum(square(w), axis, { keepdims: true }));
}

function rescaled(w: Tensor, axis: number | readonly number[], allowed: (norms: Tensor) => Tensor): Tensor {
  const norms = normsOf(w, axis);
  return mul(w, div(allowed(norms), add(norms, EPSILON)));
}
