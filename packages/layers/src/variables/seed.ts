import { random, type Tensor } from '@manabi/core';
import { count, type KindsOf, objectOf, readArgument } from '@manabi/errors';

let seed = Math.floor(Math.random() * 2 ** 32);
let drawn = 0;

/**
 * Sets the seed of the random numbers that the program draws from now on: for initial weights, for dropout, and for the
 * order of samples in `fit`. Without a seed, every run of the program draws different numbers.
 *
 * @param newSeed an integer in [0, 2^53 - 1]
 * @throws ManabiError `argument` for other numbers
 * @example
 * ```ts
 * import { layers, setRandomSeed, tensor } from 'manabi';
 *
 * setRandomSeed(42);
 * const first = await layers.dense({ units: 1 }).apply(tensor([[1]])).array();
 * setRandomSeed(42);
 * const second = await layers.dense({ units: 1 }).apply(tensor([[1]])).array();
 * console.log(String(first) === String(second)); // true
 * ```
 */
export function setRandomSeed(newSeed: number): void {
  seed = readArgument('setRandomSeed', 'seed', newSeed, count);
  drawn = 0;
}

/** A position in a sequence of random numbers: the seed of the sequence, and the number of draws before. */
export interface SeedPosition {
  readonly seed: number;
  readonly count: number;
}

/** Validates a position in a sequence of random numbers. */
export const seedPositionKind = objectOf({ seed: count, count } satisfies KindsOf<SeedPosition>);

/** Returns the current position in the random numbers of the program, and advances it by one draw. */
export function nextSeedPosition(): SeedPosition {
  return { seed, count: drawn++ };
}

/** Returns the current position in the random numbers of the program, without advancing it. */
export function seedPosition(): SeedPosition {
  return { seed, count: drawn };
}

/** Sets the position at which the random numbers of the program continue. */
export function setSeedPosition(position: SeedPosition): void {
  seed = position.seed;
  drawn = position.count;
}

/** Returns the random key for a position in a sequence of random numbers. */
export function keyAt({ seed: from, count: number }: SeedPosition): Tensor {
  return random.foldIn(random.key(from), number);
}

/** Returns a new random key, and advances the random numbers of the program. */
export function nextKey(): Tensor {
  return keyAt(nextSeedPosition());
}
