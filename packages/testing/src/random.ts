/** A seeded source of numbers: the same seed gives the same numbers on every machine. */
export interface RandomSource {
  /** A number in [0, 1) with 53 random bits. */
  next(): number;
  /** A number in [low, high). */
  uniform(low: number, high: number): number;
  /** An integer from low up to and without high. */
  integer(low: number, high: number): number;
  /** A number of the standard normal distribution. */
  normal(): number;
  /** `length` numbers in [low, high), by default [-1, 1). */
  float32Array(length: number, low?: number, high?: number): Float32Array<ArrayBuffer>;
  /** `length` numbers in [low, high), by default [-1, 1). */
  float64Array(length: number, low?: number, high?: number): Float64Array<ArrayBuffer>;
  /** `length` integers from low up to and without high. */
  int32Array(length: number, low: number, high: number): Int32Array<ArrayBuffer>;
  /** `length` zeros and ones. */
  booleans(length: number): Uint8Array<ArrayBuffer>;
  /** The numbers 0 to `length - 1` in a random order. */
  permutation(length: number): number[];
}

/**
 * Makes a seeded source of test data. The generator is splitmix32: a Weyl sequence through a 32-bit finaliser
 * (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). Good enough for test data, nothing else.
 *
 * @param seed any integer
 *
 * @example
 * const x = randomSource(1).float32Array(2 * 3);
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
    // Box and Muller; 1 - u keeps the logarithm's argument above 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
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
