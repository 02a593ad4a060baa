import { random } from '@manabi/core';
import { type KindsOf, notNegative, number, optional, readOptions, wrongArgument } from '@manabi/errors';
import { seedKind } from '../structure/option-kinds.ts';
import { drawing, type Initializer, type SeedOptions } from './initializer.ts';

/** Options of `randomUniform`. */
export interface RandomUniformOptions extends SeedOptions {
  /** Lower limit of the drawn values, included (default: -0.05). */
  readonly minval?: number;
  /** Upper limit of the drawn values, excluded (default: 0.05). */
  readonly maxval?: number;
}

const uniformKinds = {
  minval: optional(number(), -0.05),
  maxval: optional(number(), 0.05),
  seed: optional(seedKind, null),
} satisfies KindsOf<RandomUniformOptions>;

/**
 * Creates an initializer that draws from the uniform distribution on [minval, maxval).
 *
 * @throws ManabiError `argument` for invalid options, or if `maxval` is less than `minval`
 * @example
 * ```ts
 * import { initializers, max, min, random } from 'manabi';
 *
 * const initializer = initializers.randomUniform({ minval: -0.1, maxval: 0.3 });
 * const kernel = initializer.draw(random.key(0), [100, 100], 'float32');
 * console.log((await min(kernel).item()).toFixed(1), (await max(kernel).item()).toFixed(1)); // -0.1 0.3
 * ```
 */
export function randomUniform(options: RandomUniformOptions = {}): Initializer {
  const config = readOptions('randomUniform', options, uniformKinds);
  const { minval, maxval } = config;
  if (maxval < minval) {
    throw wrongArgument({ op: 'randomUniform', name: 'maxval' }, `at least minval, ${minval}`, maxval);
  }
  return drawing('RandomUniform', config, (key, shape, dtype) =>
    random.uniform(key, shape, { low: minval, high: maxval, dtype }),
  );
}

/** Options of `randomNormal` and `truncatedNormal`. */
export interface RandomNormalOptions extends SeedOptions {
  /** Mean of the distribution (default: 0). */
  readonly mean?: number;
  /** Standard deviation of the distribution, before truncation (default: 0.05). */
  readonly stddev?: number;
}

const normalKinds = {
  mean: optional(number(), 0),
  stddev: optional(notNegative, 0.05),
  seed: optional(seedKind, null),
} satisfies KindsOf<RandomNormalOptions>;

/**
 * Creates an initializer that draws from a normal distribution.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { initializers, random, std } from 'manabi';
 *
 * const initializer = initializers.randomNormal({ stddev: 0.02 });
 * const kernel = initializer.draw(random.key(0), [100, 100], 'float32');
 * console.log((await std(kernel).item()).toFixed(2)); // 0.02
 * ```
 */
export function randomNormal(options: RandomNormalOptions = {}): Initializer {
  const config = readOptions('randomNormal', options, normalKinds);
  const { mean, stddev } = config;
  return drawing('RandomNormal', config, (key, shape, dtype) =>
    random.normal(key, shape, { mean, std: stddev, dtype }),
  );
}

/**
 * Creates an initializer that draws from a normal distribution truncated at two standard deviations from the mean.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { abs, initializers, max, random } from 'manabi';
 *
 * const initializer = initializers.truncatedNormal({ stddev: 0.05 });
 * const kernel = initializer.draw(random.key(0), [100, 100], 'float32');
 * console.log((await max(abs(kernel)).item()) <= 2 * 0.05); // true
 * ```
 */
export function truncatedNormal(options: RandomNormalOptions = {}): Initializer {
  const config = readOptions('truncatedNormal', options, normalKinds);
  const { mean, stddev } = config;
  return drawing('TruncatedNormal', config, (key, shape, dtype) =>
    random.truncatedNormal(key, shape, { mean, std: stddev, dtype }),
  );
}
