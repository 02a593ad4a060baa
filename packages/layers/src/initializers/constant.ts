import { astype, eye, full, ManabiError, mul, ones as onesOf, zeros as zerosOf } from '@manabi/core';
import { type KindsOf, number, optional, readOptions } from '@manabi/errors';
import type { Initializer } from './initializer.ts';

/** Zeros. */
export function zeros(options: object = {}): Initializer {
  readOptions('zeros', options, {});
  return { className: 'Zeros', config: {}, draw: (_key, shape, dtype) => zerosOf(shape, { dtype }) };
}

/** Ones. */
export function ones(options: object = {}): Initializer {
  readOptions('ones', options, {});
  return { className: 'Ones', config: {}, draw: (_key, shape, dtype) => onesOf(shape, { dtype }) };
}

/** What `constant` takes. */
export interface ConstantOptions {
  /** By default 0. */
  readonly value?: number;
}

const constantKinds = { value: optional(number(), 0) } satisfies KindsOf<ConstantOptions>;

/** One number everywhere. */
export function constant(options: ConstantOptions = {}): Initializer {
  const config = readOptions('constant', options, constantKinds);
  return { className: 'Constant', config, draw: (_key, shape, dtype) => full(shape, config.value, { dtype }) };
}

/** What `identity` takes. */
export interface IdentityOptions {
  /** What stands on the diagonal; by default 1. */
  readonly gain?: number;
}

const identityKinds = { gain: optional(number(), 1) } satisfies KindsOf<IdentityOptions>;

/**
 * A matrix with `gain` on the diagonal and zeros elsewhere; for weights of two axes.
 *
 * @throws ManabiError `shape` when it is drawn for others
 */
export function identity(options: IdentityOptions = {}): Initializer {
  const config = readOptions('identity', options, identityKinds);
  return {
    className: 'Identity',
    config,
    draw: (_key, shape, dtype) => {
      if (shape.length === 2) return astype(mul(eye(shape[0], shape[1]), config.gain), dtype);
      throw new ManabiError(
        'shape',
        `The initializer identity makes matrices, but was asked for shape [${shape.join(', ')}].`,
        { op: 'identity', data: { shape } },
      );
    },
  };
}
