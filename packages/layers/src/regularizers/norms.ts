import { abs, add, mul, square, sum } from '@manabi/core';
import { checkedBy } from '../check-options.ts';
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

/** l1 times the sum of magnitudes. */
export function l1(options: L1Options = {}): Regularizer {
  const { l1: factor = 0.01 } = options;
  return checkedBy(options, { className: 'L1', config: { l1: factor }, penalty: (x) => mul(sum(abs(x)), factor) });
}

/** l2 times the sum of squares, without a half. */
export function l2(options: L2Options = {}): Regularizer {
  const { l2: factor = 0.01 } = options;
  return checkedBy(options, { className: 'L2', config: { l2: factor }, penalty: (x) => mul(sum(square(x)), factor) });
}

/** l1 times the sum of magnitudes, and l2 times the sum of squares. The name alone, `'l1L2'`, means 0.01 for both. */
export function l1L2(options: L1L2Options = {}): Regularizer {
  const { l1: first = 0, l2: second = 0 } = options;
  return checkedBy(options, {
    className: 'L1L2',
    config: { l1: first, l2: second },
    penalty: (x) => add(mul(sum(abs(x)), first), mul(sum(square(x)), second)),
  });
}
