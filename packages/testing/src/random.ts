/** Seeded generator of test data. The same seed produces the same numbers on every machine. */
export interface RandomSource {
  /** Returns a number in [0, 1) with 53 random bits. */
  next(): number;
  /** Returns a number in [low, high). */
  uniform(low: number, high: number): number;
  /** Returns an integer in [low, high). */
  integer(low: number, high: number): number;
  /** Returns a number from the standard normal distribution. */
  normal(): number;
  /** Returns true with the given probability. */
  chance(probability: number): boolean;
  /** Returns an element of a list. */
  pick<T>(list: readonly T[]): T;
  /** Returns `length` numbers in [low, high). Default: [-1, 1). */
  float32Array(length: number, low?: number, high?: number): Float32Array<ArrayBuffer>;
  /** Returns `length` numbers in [low, high). Default: [-1, 1). */
  float64Array(length: number, low?: number, high?: number): Float64Array<ArrayBuffer>;
  /** Returns `length` integers in [low, high). */
  int32Array(length: number, low: number, high: number): Int32Array<ArrayBuffer>;
  /** Returns `length` zeros and ones. */
  booleans(length: number): Uint8Array<ArrayBuffer>;
  /** Returns the integers in [0, length) in random order. */
  permutation(length: number): number[];
}

/**
 * Creates a seeded generator of test data. The algorithm is splitmix32: a Weyl sequence and a 32-bit mixing function (Steele,
 * Lea and Flood, "Fast splittable pseudorandom number generators", 2014). Its quality suffices for test data only.
 *
 * @param seed any integer
 * @example
 * ```ts
 * const x = randomSource(1).float32Array(6);
 * x.length; // => 6
 * ```
 */
export function randomSource(seed: number): RandomSource {
  let state = seed | 0;
  const word = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const next = (): number => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53;
  const uniform = (low: number, high: number): number => low + (high - low) * next();
  const integer = (low: number, high: number): number => low + Math.floor((high - low) * next());
  return {
    next,
    uniform,
    integer,
    // Box-Muller transform; 1 - u keeps the argument of the logarithm above 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: (probability) => next() < probability,
    pick: (list) => list[integer(0, list.length)],
    float32Array: (length, low = -1, high = 1) => new Float32Array(length).map(() => uniform(low, high)),
    float64Array: (length, low = -1, high = 1) => new Float64Array(length).map(() => uniform(low, high)),
    int32Array: (length, low, high) => new Int32Array(length).map(() => integer(low, high)),
    booleans: (length) => new Uint8Array(length).map(() => integer(0, 2)),
    permutation: (length) => {
      const order = Array.from({ length }, (_, index) => index);
      for (let last = length - 1; last > 0; last--) {
        const other = integer(0, last + 1);
        [order[last], order[other]] = [order[other], order[last]];
      }
      return order;
    },
  };
}
