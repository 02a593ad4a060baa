import { astype, eye, full, ManabiError, mul, ones as onesOf, zeros as zerosOf } from '@manabi/core';
import { checkedBy } from '../check-options.ts';
import type { Initializer } from './initializer.ts';

/** Zeros. */
export function zeros(options: object = {}): Initializer {
  return checkedBy(options, {
    className: 'Zeros',
    config: {},
    draw: (_key, shape, dtype) => zerosOf(shape, { dtype }),
  });
}

/** Ones. */
export function ones(options: object = {}): Initializer {
  return checkedBy(options, { className: 'Ones', config: {}, draw: (_key, shape, dtype) => onesOf(shape, { dtype }) });
}

/** What `constant` takes. */
export interface ConstantOptions {
  /** By default 0. */
  readonly value?: number;
}

/** One number everywhere. */
export function constant(options: ConstantOptions = {}): Initializer {
  const { value = 0 } = options;
  return checkedBy(options, {
    className: 'Constant',
    config: { value },
    draw: (_key, shape, dtype) => full(shape, value, { dtype }),
  });
}

/** What `identity` takes. */
export interface IdentityOptions {
  /** What stands on the diagonal; by default 1. */
  readonly gain?: number;
}

/**
 * A matrix with `gain` on the diagonal and zeros elsewhere; for weights of two axes.
 *
 * @throws ManabiError `shape` when it is drawn for others
 */
export function identity(options: IdentityOptions = {}): Initializer {
  const { gain = 1 } = options;
  return checkedBy(options, {
    className: 'Identity',
    config: { gain },
    draw: (_key, shape, dtype) => {
      if (shape.length === 2) return astype(mul(eye(shape[0], shape[1]), gain), dtype);
      throw new ManabiError(
        'shape',
        `The initializer identity makes matrices, but was asked for shape [${shape.join(', ')}].`,
        { op: 'identity', data: { shape } },
      );
    },
  });
}
