import { random, type Tensor } from '@manabi/core';
import { count, type KindsOf, objectOf, readArgument } from '@manabi/errors';

let seed = Math.floor(Math.random() * 2 ** 32);
let drawn = 0;

/**
 * Makes all that follows repeatable: weights of layers that are built, dropout outside of `fit`, and the seeds of `fit`.
 * Without it, every program draws other numbers.
 *
 * @param newSeed any whole number from 0 to 2^53 - 1
 * @throws ManabiError `argument` for other numbers
 */
export function setRandomSeed(newSeed: number): void {
  seed = readArgument('setRandomSeed', 'seed', newSeed, count);
  drawn = 0;
}

/** A place in the stream of random numbers: the key of draw number `count` of a seed. */
export interface SeedPlace {
  readonly seed: number;
  readonly count: number;
}

/** The kind of such places. */
export const seedPlaceKind = objectOf({ seed: count, count } satisfies KindsOf<SeedPlace>);

/** The next place in the program's stream of random numbers. */
export function nextSeedPlace(): SeedPlace {
  return { seed, count: drawn++ };
}

/** Where the program's stream of random numbers stands. */
export function seedPlace(): SeedPlace {
  return { seed, count: drawn };
}

/** Goes on with the program's stream of random numbers from a place, as a program that stood there would. */
export function goToSeedPlace(place: SeedPlace): void {
  seed = place.seed;
  drawn = place.count;
}

/** The random key of a place. */
export function keyOfPlace({ seed: from, count: number }: SeedPlace): Tensor {
  return random.foldIn(random.key(from), number);
}

/** A fresh random key of the program's stream. */
export function nextKey(): Tensor {
  return keyOfPlace(nextSeedPlace());
}
