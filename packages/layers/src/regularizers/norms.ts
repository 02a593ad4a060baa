import { abs, add, mul, square, sum } from '@manabi/core';
import { type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import type { Regularizer } from './regularizer.ts';

/** Options of `l1`. */
export interface L1Options {
  /** Factor of the sum of absolute values (default: 0.01). */
  readonly l1?: number;
}

/** Options of `l2`. */
export interface L2Options {
  /** Factor of the sum of squares (default: 0.01). */
  readonly l2?: number;
}

/** Options of `l1L2`. */
export interface L1L2Options {
  /** Factor of the sum of absolute values (default: 0). */
  readonly l1?: number;
  /** Factor of the sum of squares (default: 0). */
  readonly l2?: number;
}

const l1Kinds = { l1: optional(notNegative, 0.01) } satisfies KindsOf<L1Options>;
const l2Kinds = { l2: optional(notNegative, 0.01) } satisfies KindsOf<L2Options>;
const l1L2Kinds = { l1: optional(notNegative, 0), l2: optional(notNegative, 0) } satisfies KindsOf<L1L2Options>;

/**
 * Creates the L1 regularizer: `penalty(w) = l1 · Σ |w|`.
 *
 * @throws ManabiError `argument` if `l1` is negative
 * @example
 * ```ts
 * import { regularizers, tensor } from 'manabi';
 *
 * console.log(await regularizers.l1({ l1: 0.1 }).penalty(tensor([1, -2])).item()); // 0.3
 * ```
 */
export function l1(options: L1Options = {}): Regularizer {
  const config = readOptions('l1', options, l1Kinds);
  return { className: 'L1', config, penalty: (x) => mul(sum(abs(x)), config.l1) };
}

/**
 * Creates the L2 regularizer: `penalty(w) = l2 · Σ w²`, without a factor of 1/2.
 *
 * @throws ManabiError `argument` if `l2` is negative
 * @example
 * ```ts
 * import { layers, regularizers, tensor } from 'manabi';
 *
 * console.log(await regularizers.l2({ l2: 0.1 }).penalty(tensor([1, -2])).item()); // 0.5
 * layers.dense({ units: 4, kernelRegularizer: regularizers.l2({ l2: 1e-4 }) });
 * ```
 */
export function l2(options: L2Options = {}): Regularizer {
  const config = readOptions('l2', options, l2Kinds);
  return { className: 'L2', config, penalty: (x) => mul(sum(square(x)), config.l2) };
}

/**
 * Creates a regularizer with an L1 and an L2 penalty: `penalty(w) = l1 · Σ |w| + l2 · Σ w²`. The name `'l1L2'` in place
 * of the function means 0.01 for both factors, as in Keras.
 *
 * @throws ManabiError `argument` if a factor is negative
 * @example
 * ```ts
 * import { regularizers, tensor } from 'manabi';
 *
 * console.log(await regularizers.l1L2({ l1: 0.1, l2: 0.01 }).penalty(tensor([1, -2])).item()); // 0.35
 * ```
 */
export function l1L2(options: L1L2Options = {}): Regularizer {
  const config = readOptions('l1L2', options, l1L2Kinds);
  return {
    className: 'L1L2',
    config,
    penalty: (x) => add(mul(sum(abs(x)), config.l1), mul(sum(square(x)), config.l2)),
  };
}
