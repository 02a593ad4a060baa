import { random } from '@manabi/core';
import { drawing, type Initializer, type SeedOptions } from './initializer.ts';

/** What `randomUniform` takes. */
export interface RandomUniformOptions extends SeedOptions {
  /** By default -0.05. */
  readonly minval?: number;
  /** By default 0.05. */
  readonly maxval?: number;
}

/** Floats from `minval` up to, without, `maxval`. */
export function randomUniform(options: RandomUniformOptions = {}): Initializer {
  const { minval = -0.05, maxval = 0.05 } = options;
  return drawing('RandomUniform', options, { minval, maxval }, (key, shape, dtype) =>
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

/** Normal floats. */
export function randomNormal(options: RandomNormalOptions = {}): Initializer {
  const { mean = 0, stddev = 0.05 } = options;
  return drawing('RandomNormal', options, { mean, stddev }, (key, shape, dtype) =>
    random.normal(key, shape, { mean, std: stddev, dtype }),
  );
}

/** Normal floats, drawn again when they are more than two deviations from the mean. */
export function truncatedNormal(options: RandomNormalOptions = {}): Initializer {
  const { mean = 0, stddev = 0.05 } = options;
  return drawing('TruncatedNormal', options, { mean, stddev }, (key, shape, dtype) =>
    random.truncatedNormal(key, shape, { mean, std: stddev, dtype }),
  );
}
