/** A seeded random number generator that produces the same integers on every machine. */
export interface HostRandom {
  /** Returns an integer in [0, bound), uniformly distributed; `bound` is at most 2^32. */
  below(bound: number): number;
}

/**
 * Creates the generator xoshiro128** (Blackman, Vigna, "Scrambled linear pseudorandom number generators", 2021). The
 * generator splitmix32 computes the initial state from `seed` and `iteration`, so each iteration gets different
 * numbers.
 */
export function hostRandom(seed: number, iteration: number): HostRandom {
  const next = splitmix32([seed, Math.floor(seed / 2 ** 32), iteration]);
  let [a, b, c, d] = [next(), next(), next(), next() | 1];
  const word = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  return {
    below(bound) {
      // Random words at or above the largest multiple of the bound would favour small results, so they are drawn again.
      const limit = 2 ** 32 - (2 ** 32 % bound);
      let drawn = word();
      while (drawn >= limit) drawn = word();
      return drawn % bound;
    },
  };
}

/** Returns a random seed for orders, an integer in [0, 2^52). */
export function anySeed(): number {
  return Math.floor(Math.random() * 2 ** 52);
}

function splitmix32(seeds: readonly number[]): () => number {
  let state = 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  for (const seed of seeds) state = next() ^ (seed | 0);
  return next;
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
