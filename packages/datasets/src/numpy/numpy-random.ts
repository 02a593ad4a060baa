/**
 * The random numbers of `numpy.random.RandomState`, from the generator MT19937 (Matsumoto, Nishimura, "Mersenne Twister", 1998).
 * Keras draws the order of files and the transformations of images from it, so the same seed produces the same ones here.
 */
export class NumpyRandom {
  readonly #state = new Uint32Array(SIZE);
  #position = SIZE;

  /** @param seed integer in [0, 2^32 - 1], as for `numpy.random.seed` */
  constructor(seed: number) {
    this.seed(seed);
  }

  /** Starts again with a seed. */
  seed(seed: number): void {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < SIZE; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    this.#position = SIZE;
  }

  /** Returns an integer in [0, 2^32). */
  uint32(): number {
    if (this.#position === SIZE) this.#refill();
    let word = this.#state[this.#position++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  /** Returns a number in [0, 1) with 53 random bits, as `random()`. */
  random(): number {
    const [high, low] = [this.uint32() >>> 5, this.uint32() >>> 6];
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Returns a number in [low, high), as `uniform(low, high)`. */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.random();
  }

  /** Returns an integer in [0, count), as `randint(count)` and as the index of `choice`. */
  below(count: number): number {
    const last = count - 1;
    if (last === 0) return 0;
    const mask = 2 ** (32 - Math.clz32(last)) - 1;
    let drawn = (this.uint32() & mask) >>> 0;
    while (drawn > last) drawn = (this.uint32() & mask) >>> 0;
    return drawn;
  }

  /** Returns an element of a list, as `choice(list)`. */
  choice<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  /** Returns a shuffled copy of a list, as `shuffle(list)` and `permutation(list)`. */
  shuffled<T>(list: readonly T[]): T[] {
    const shuffled = [...list];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
    }
    return shuffled;
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < SIZE; i++) {
      const mixed = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + SHIFT) % SIZE] ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
    }
    this.#position = 0;
  }
}

/** Words of the state, and distance between the words that are combined. */
const SIZE = 624;
const SHIFT = 397;

/** Returns a random seed. */
export function anySeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}
