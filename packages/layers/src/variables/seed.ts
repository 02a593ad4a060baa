import { random, type Tensor } from '@manabi/core';
import { count, type KindsOf, objectOf, readArgument } from '@manabi/errors';

let seed = Math.floor(Math.random() * 2 ** 32);
let drawn = 0;

/**
 * Sets the seed of all random numbers that follow: initial weights, dropout outside of `fit`, and the seeds of `fit`.
 * Without it, every program draws different numbers.
 *
 * @param newSeed an integer in [0, 2^53 - 1]
 * @throws ManabiError `argument` for other numbers
 * @example
 * ```ts
 * setRandomSeed(42);
 * const first = await layers.dense({ units: 1 }).apply(tensor([[1]])).array();
 * setRandomSeed(42);
 * const second = await layers.dense({ units: 1 }).apply(tensor([[1]])).array();
 * String(first) === String(second); // => true
 * ```
 */
export function setRandomSeed(newSeed: number): void {
  seed = readArgument('setRandomSeed', 'seed', newSeed, count);
  drawn = 0;
}

/** A position in a stream of random numbers: draw number `count` of a seed. */
export interface SeedPosition {
  readonly seed: number;
  readonly count: number;
}

/** Accepts positions in a stream of random numbers. */
export const seedPositionKind = objectOf({ seed: count, count } satisfies KindsOf<SeedPosition>);

/** Returns the next position in the program's stream of random numbers, and advances the stream. */
export function nextSeedPosition(): SeedPosition {
  return { seed, count: drawn++ };
}

/** Returns the current position in the program's stream of random numbers. */
export function seedPosition(): SeedPosition {
  return { seed, count: drawn };
}

/** Continues the program's stream of random numbers at a position. */
export function setSeedPosition(position: SeedPosition): void {
  seed = position.seed;
  drawn = position.count;
}

/** Returns the random key of a position. */
export function keyAt({ seed: from, count: number }: SeedPosition): Tensor {
  return random.foldIn(random.key(from), number);
}

/** Returns a new random key of the program's stream. */
export function nextKey(): Tensor {
  return keyAt(nextSeedPosition());
}
