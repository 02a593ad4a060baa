import { type DType, random, type Shape, type Tensor } from '@manabi/core';
import { checkSeed } from '../seed.ts';

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

/**
 * An initializer that draws.
 *
 * @throws ManabiError `argument` for a seed that is no whole number
 */
export function drawing(
  className: string,
  config: Readonly<Record<string, unknown>>,
  seed: number | null | undefined,
  draw: Initializer['draw'],
): Initializer {
  if (seed !== undefined && seed !== null) checkSeed(className, seed);
  return {
    className,
    config: { ...config, seed: seed ?? null },
    draw: (key, shape, dtype, fans) => draw(typeof seed === 'number' ? random.key(seed) : key, shape, dtype, fans),
  };
}
