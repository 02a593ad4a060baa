import { type DType, random, type Shape, type Tensor } from '@manabi/core';
import { type KindsOf, optional } from '@manabi/errors';
import { seedKind } from '../structure/option-kinds.ts';

/** Numbers of inputs and outputs of a unit. */
export interface Fans {
  readonly in: number;
  readonly out: number;
}

/** How the first value of a weight is made. */
export interface Initializer {
  /** Keras's class: `GlorotUniform`. */
  readonly className: string;
  /** What it was made with, in Keras's names in camelCase. */
  readonly config: Readonly<Record<string, unknown>>;
  /**
   * A tensor of the shape and dtype; the same for the same key.
   *
   * @param fans inputs and outputs of a unit, for weights whose shape does not tell them
   */
  draw(key: Tensor, shape: Shape, dtype: DType, fans?: Fans): Tensor;
}

/** What all initializers that draw take. */
export interface SeedOptions {
  /** With a seed, every draw of this initializer is the same, for every weight; without one, each weight has its own. */
  readonly seed?: number | null;
}

/** The options of initializers that only draw. */
export const seedKinds = { seed: optional(seedKind, null) } satisfies KindsOf<SeedOptions>;

/**
 * An initializer that draws.
 *
 * @param config its options, read
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
