import { abs, add, mul, square, sum } from '@manabi/core';
import { type KindsOf, notNegative, optional, readOptions } from '@manabi/errors';
import type { Regularizer } from './regularizer.ts';

/** What `l1` takes. */
export interface L1Options {
  /** By default 0.01. */
  readonly l1?: number;
}

/** What `l2` takes. */
export interface L2Options {
  /** By default 0.01. */
  readonly l2?: number;
}

/** What `l1L2` takes. */
export interface L1L2Options {
  /** By default 0. */
  readonly l1?: number;
  /** By default 0. */
  readonly l2?: number;
}

const l1Kinds = { l1: optional(notNegative, 0.01) } satisfies KindsOf<L1Options>;
const l2Kinds = { l2: optional(notNegative, 0.01) } satisfies KindsOf<L2Options>;
const l1L2Kinds = { l1: optional(notNegative, 0), l2: optional(notNegative, 0) } satisfies KindsOf<L1L2Options>;

/** l1 times the sum of magnitudes. */
export function l1(options: L1Options = {}): Regularizer {
  const config = readOptions('l1', options, l1Kinds);
  return { className: 'L1', config, penalty: (x) => mul(sum(abs(x)), config.l1) };
}

/** l2 times the sum of squares, without a half. */
export function l2(options: L2Options = {}): Regularizer {
  const config = readOptions('l2', options, l2Kinds);
  return { className: 'L2', config, penalty: (x) => mul(sum(square(x)), config.l2) };
}

/** l1 times the sum of magnitudes, and l2 times the sum of squares. The name alone, `'l1L2'`, means 0.01 for both. */
export function l1L2(options: L1L2Options = {}): Regularizer {
  const config = readOptions('l1L2', options, l1L2Kinds);
  return {
    className: 'L1L2',
    config,
    penalty: (x) => add(mul(sum(abs(x)), config.l1), mul(sum(square(x)), config.l2)),
  };
}
