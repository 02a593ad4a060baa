import { astype, eye, full, ManabiError, mul, ones as onesOf, zeros as zerosOf } from '@manabi/core';
import { type KindsOf, number, optional, readOptions } from '@manabi/errors';
import type { Initializer } from './initializer.ts';

/**
 * Creates an initializer that fills a weight with zeros.
 *
 * @throws ManabiError `argument` for any option: none are supported
 * @example
 * ```ts
 * import { initializers, random } from 'manabi';
 *
 * console.log(await initializers.zeros().draw(random.key(0), [3], 'float32').array()); // [0, 0, 0]
 * ```
 */
export function zeros(options: object = {}): Initializer {
  readOptions('zeros', options, {});
  return { className: 'Zeros', config: {}, draw: (_key, shape, dtype) => zerosOf(shape, { dtype }) };
}

/**
 * Creates an initializer that fills a weight with ones.
 *
 * @throws ManabiError `argument` for any option: none are supported
 * @example
 * ```ts
 * import { initializers, random } from 'manabi';
 *
 * console.log(await initializers.ones().draw(random.key(0), [3], 'float32').array()); // [1, 1, 1]
 * ```
 */
export function ones(options: object = {}): Initializer {
  readOptions('ones', options, {});
  return { className: 'Ones', config: {}, draw: (_key, shape, dtype) => onesOf(shape, { dtype }) };
}

/** Options of `constant`. */
export interface ConstantOptions {
  /** Value of every element of the weight (default: 0). */
  readonly value?: number;
}

const constantKinds = { value: optional(number(), 0) } satisfies KindsOf<ConstantOptions>;

/**
 * Creates an initializer that fills a weight with one value.
 *
 * @throws ManabiError `argument` if `value` is not a finite number
 * @example
 * ```ts
 * import { initializers, random } from 'manabi';
 *
 * console.log(await initializers.constant({ value: 3 }).draw(random.key(0), [2], 'float32').array()); // [3, 3]
 * ```
 */
export function constant(options: ConstantOptions = {}): Initializer {
  const config = readOptions('constant', options, constantKinds);
  return { className: 'Constant', config, draw: (_key, shape, dtype) => full(shape, config.value, { dtype }) };
}

/** Options of the initializer `identity`. */
export interface IdentityOptions {
  /** Value on the diagonal of the matrix (default: 1). */
  readonly gain?: number;
}

const identityKinds = { gain: optional(number(), 1) } satisfies KindsOf<IdentityOptions>;

/**
 * Creates an initializer that returns `gain` times the identity matrix, for weights of rank 2. A matrix that is not square
 * is zero outside its main diagonal as well.
 *
 * @throws ManabiError `argument` if `gain` is not a finite number; `draw` throws `shape` unless the weight has rank 2
 * @example
 * ```ts
 * import { initializers, random } from 'manabi';
 *
 * const result = initializers.identity({ gain: 2 }).draw(random.key(0), [2, 3], 'float32');
 * console.log(await result.array()); // [[2, 0, 0], [0, 2, 0]]
 * ```
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
        `The weight must have shape [rows, columns]; got [${shape.join(', ')}]. Choose another initializer for it.`,
        { op: 'identity', data: { shape } },
      );
    },
  };
}
