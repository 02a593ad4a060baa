import { type DType, random, type Shape, type Tensor } from '@manabi/core';
import { checkOptionNames } from '../check-options.ts';
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
 * @param options as the user gave them
 * @param own what it has beside the seed, resolved, under the same names
 * @throws ManabiError `argument` for a seed that is no whole number, and for options that it does not have
 */
export function drawing(
  className: string,
  options: SeedOptions,
  own: Readonly<Record<string, unknown>>,
  draw: Initializer['draw'],
): Initializer {
  checkOptionNames(className, options, [...Object.keys(own), 'seed']);
  const { seed = null } = options;
  if (seed !== null) checkSeed(className, seed);
  return {
    className,
    config: { ...own, seed },
    draw: (key, shape, dtype, fans) => draw(seed !== null ? random.key(seed) : key, shape, dtype, fans),
  };
}
