import { add, clip, div, maximum, mul, sqrt, square, sum, type Tensor } from '@manabi/core';
import { fraction, type KindsOf, notNegative, optional, readOptions, wrongArgument } from '@manabi/errors';
import { axesKind } from '../structure/option-kinds.ts';
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

const maxNormKinds = {
  maxValue: optional(notNegative, 2),
  axis: optional(axesKind, 0),
} satisfies KindsOf<MaxNormOptions>;

/** Norms no longer than `maxValue`: Srivastava et al., 2014. */
export function maxNorm(options: MaxNormOptions = {}): Constraint {
  const config = readOptions('maxNorm', options, maxNormKinds);
  const { maxValue, axis } = config;
  return {
    className: 'MaxNorm',
    config,
    constrain: (w) => rescaled(w, axis, (norms) => clip(norms, 0, maxValue)),
  };
}

const minMaxNormKinds = {
  minValue: optional(notNegative, 0),
  maxValue: optional(notNegative, 1),
  rate: optional(fraction, 1),
  axis: optional(axesKind, 0),
} satisfies KindsOf<MinMaxNormOptions>;

/**
 * Norms from `minValue` to `maxValue`.
 *
 * @throws ManabiError `argument` for options that do not fit, and if `maxValue` is less than `minValue`
 */
export function minMaxNorm(options: MinMaxNormOptions = {}): Constraint {
  const config = readOptions('minMaxNorm', options, minMaxNormKinds);
  const { minValue, maxValue, rate, axis } = config;
  if (maxValue < minValue) {
    throw wrongArgument({ op: 'minMaxNorm', name: 'maxValue' }, `at least minValue, ${minValue}`, maxValue);
  }
  return {
    className: 'MinMaxNorm',
    config,
    constrain: (w) =>
      rescaled(w, axis, (norms) => add(mul(clip(norms, minValue, maxValue), rate), mul(norms, 1 - rate))),
  };
}

const unitNormKinds = { axis: optional(axesKind, 0) } satisfies KindsOf<NormOptions>;

/** Norms of 1. */
export function unitNorm(options: NormOptions = {}): Constraint {
  const config = readOptions('unitNorm', options, unitNormKinds);
  return {
    className: 'UnitNorm',
    config,
    constrain: (w) => div(w, add(normsOf(w, config.axis), EPSILON)),
  };
}

/** No negative weights. */
export function nonNeg(options: object = {}): Constraint {
  readOptions('nonNeg', options, {});
  return { className: 'NonNeg', config: {}, constrain: (w) => maximum(w, 0) };
}

function normsOf(w: Tensor, axis: number | readonly number[]): Tensor {
  return sqrt(sum(square(w), axis, { keepdims: true }));
}

function rescaled(w: Tensor, axis: number | readonly number[], allowed: (norms: Tensor) => Tensor): Tensor {
  const norms = normsOf(w, axis);
  return mul(w, div(allowed(norms), add(norms, EPSILON)));
}
