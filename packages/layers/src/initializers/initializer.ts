import { type DType, random, type Shape, type Tensor } from '@manabi/core';
import { type KindsOf, optional } from '@manabi/errors';
import { seedKind } from '../structure/option-kinds.ts';

/** Fan-in and fan-out of a weight. */
export interface Fans {
  /** Fan-in: number of inputs of each output unit. */
  readonly in: number;
  /** Fan-out: number of output units that each input feeds. */
  readonly out: number;
}

/** An initializer: draws the initial value of a weight. */
export interface Initializer {
  /** Keras class name, such as `GlorotUniform`. */
  readonly className: string;
  /** Options of the initializer, with Keras's names in camelCase. */
  readonly config: Readonly<Record<string, unknown>>;
  /**
   * Draws a tensor of the given shape and dtype. Equal keys produce equal tensors.
   *
   * @param fans fan-in and fan-out, for weights whose shape does not determine both
   */
  draw(key: Tensor, shape: Shape, dtype: DType, fans?: Fans): Tensor;
}

/** Options of initializers that draw random numbers. */
export interface SeedOptions {
  /**
   * Seed of the random numbers. With a seed, every weight of the same shape gets the same values (default: null, a
   * separate random key for each weight).
   */
  readonly seed?: number | null;
}

/** Validators for the options of initializers whose only option is `seed`. */
export const seedKinds = { seed: optional(seedKind, null) } satisfies KindsOf<SeedOptions>;

/**
 * Creates an initializer that draws random numbers. If its config has a seed, it ignores the key that `draw` receives
 * and uses the seed instead.
 *
 * @param config the checked options
 */
export function drawing<Config extends Required<SeedOptions>>(
  className: string,
  config: Config,
  draw: Initializer['draw'],
): Initializer {
  const { seed } = config;
  return {
    className,
    config: { ...config },
    draw: (key, shape, dtype, fans) => draw(seed !== null ? random.key(seed) : key, shape, dtype, fans),
  };
}
