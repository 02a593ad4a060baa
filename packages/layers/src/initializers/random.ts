import { random } from '@manabi/core';
import { type KindsOf, notNegative, number, optional, readOptions, wrongArgument } from '@manabi/errors';
import { seedKind } from '../structure/option-kinds.ts';
import { drawing, type Initializer, type SeedOptions } from './initializer.ts';

/** What `randomUniform` takes. */
export interface RandomUniformOptions extends SeedOptions {
  /** By default -0.05. */
  readonly minval?: number;
  /** By default 0.05. */
  readonly maxval?: number;
}

const uniformKinds = {
  minval: optional(number(), -0.05),
  maxval: optional(number(), 0.05),
  seed: optional(seedKind, null),
} satisfies KindsOf<RandomUniformOptions>;

/**
 * Floats from `minval` up to, without, `maxval`.
 *
 * @throws ManabiError `argument` for options that do not fit, and if `maxval` is less than `minval`
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

/** What `randomNormal` and `truncatedNormal` take. */
export interface RandomNormalOptions extends SeedOptions {
  /** By default 0. */
  readonly mean?: number;
  /** By default 0.05. */
  readonly stddev?: number;
}

const normalKinds = {
  mean: optional(number(), 0),
  stddev: optional(notNegative, 0.05),
  seed: optional(seedKind, null),
} satisfies KindsOf<RandomNormalOptions>;

/** Normal floats. */
export function randomNormal(options: RandomNormalOptions = {}): Initializer {
  const config = readOptions('randomNormal', options, normalKinds);
  const { mean, stddev } = config;
  return drawing('RandomNormal', config, (key, shape, dtype) =>
    random.normal(key, shape, { mean, std: stddev, dtype }),
  );
}

/** Normal floats, drawn again when they are more than two deviations from the mean. */
export function truncatedNormal(options: RandomNormalOptions = {}): Initializer {
  const config = readOptions('truncatedNormal', options, normalKinds);
  const { mean, stddev } = config;
  return drawing('TruncatedNormal', config, (key, shape, dtype) =>
    random.truncatedNormal(key, shape, { mean, std: stddev, dtype }),
  );
}
