import { randomSource } from '@manabi/testing';

/** Random choices. The same seed makes the same choices. */
export interface Draw {
  /** Returns an integer in [low, high]. */
  integer(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
  /** Returns true with the given probability. */
  chance(probability: number): boolean;
  /** Returns `length` numbers in [low, high). */
  floats(length: number, low: number, high: number): Float32Array<ArrayBuffer>;
  /** Returns `length` integers in [0, below). */
  integers(length: number, below: number): Int32Array<ArrayBuffer>;
}

/** Returns random choices for a seed. */
export function drawFrom(seed: number): Draw {
  const random = randomSource(seed);
  return {
    integer: (low, high) => random.integer(low, high + 1),
    pick: (from) => from[random.integer(0, from.length)],
    chance: (probability) => random.next() < probability,
    floats: (length, low, high) => random.float32Array(length, low, high),
    integers: (length, below) => random.int32Array(length, 0, below),
  };
}
