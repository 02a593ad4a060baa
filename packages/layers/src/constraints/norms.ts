import { add, clip, div, maximum, mul, sqrt, square, sum, type Tensor } from '@manabi/core';
import { fraction, type KindsOf, notNegative, optional, readOptions, wrongArgument } from '@manabi/errors';
import { axesKind } from '../structure/option-kinds.ts';
import type { Constraint } from './constraint.ts';

/** Keras's epsilon, added to norms to avoid division by zero. */
const EPSILON = 1e-7;

/** Options of constraints on norms. */
export interface NormOptions {
  /** Axes over which a norm is computed (default: 0, the inputs of each unit of a dense layer). */
  readonly axis?: number | readonly number[];
}

/** Options of `maxNorm`. */
export interface MaxNormOptions extends NormOptions {
  /** Largest norm that a weight vector may have (default: 2). */
  readonly maxValue?: number;
}

/** Options of `minMaxNorm`. */
export interface MinMaxNormOptions extends NormOptions {
  /** Smallest norm that a weight vector may have (default: 0). */
  readonly minValue?: number;
  /** Largest norm that a weight vector may have (default: 1). */
  readonly maxValue?: number;
  /**
   * How far a norm outside the range moves, as a fraction of its distance to the range (default: 1, into the range).
   */
  readonly rate?: number;
}

const maxNormKinds = {
  maxValue: optional(notNegative, 2),
  axis: optional(axesKind, 0),
} satisfies KindsOf<MaxNormOptions>;

/**
 * Creates a constraint that limits norms: `w · min(‖w‖, maxValue) / ‖w‖`. Source: N. Srivastava et al., "Dropout: a simple
 * way to prevent neural networks from overfitting", 2014.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { constraints, tensor } from 'manabi';
 *
 * console.log(await constraints.maxNorm({ maxValue: 1 }).constrain(tensor([3, 4])).array()); // [0.6, 0.8]
 * ```
 */
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
 * Creates a constraint that keeps norms in a range: `w · (rate · clip(‖w‖, minValue, maxValue) + (1 - rate) · ‖w‖) / ‖w‖`.
 *
 * @throws ManabiError `argument` for invalid options, or if `maxValue` is less than `minValue`
 * @example
 * ```ts
 * import { constraints, tensor } from 'manabi';
 *
 * const result = constraints.minMaxNorm({ minValue: 1, maxValue: 2 }).constrain(tensor([0.3, 0.4]));
 * console.log(await result.array()); // [0.6, 0.8]
 * ```
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

/**
 * Creates a constraint that scales norms to 1: `w / ‖w‖`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { constraints, tensor } from 'manabi';
 *
 * console.log(await constraints.unitNorm().constrain(tensor([3, 4])).array()); // [0.6, 0.8]
 * ```
 */
export function unitNorm(options: NormOptions = {}): Constraint {
  const config = readOptions('unitNorm', options, unitNormKinds);
  return {
    className: 'UnitNorm',
    config,
    constrain: (w) => div(w, add(normsOf(w, config.axis), EPSILON)),
  };
}

/**
 * Creates a constraint that sets negative weights to zero: `max(w, 0)`.
 *
 * @throws ManabiError `argument` for any option: none are supported
 * @example
 * ```ts
 * import { constraints, tensor } from 'manabi';
 *
 * console.log(await constraints.nonNeg().constrain(tensor([-1, 2])).array()); // [0, 2]
 * ```
 */
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
