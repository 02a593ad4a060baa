/** Random numbers of NumPy's class `RandomState`. */
export interface RandomState {
  /** Returns the integers 0 to `count - 1` in the order of `shuffle(arange(count))`. */
  permutation(count: number): Uint32Array;
}

const LENGTH = 624;
const OFFSET = 397;

/**
 * Creates the generator of NumPy's `RandomState(seed)`, the Mersenne Twister MT19937 (Matsumoto, Nishimura, "Mersenne
 * Twister", 1998), so that datasets have the order that Keras gives them.
 *
 * @param seed integer in [0, 2^32)
 */
export function randomState(seed: number): RandomState {
  const state = new Uint32Array(LENGTH);
  state[0] = seed;
  for (let i = 1; i < LENGTH; i++) {
    const previous = state[i - 1] ^ (state[i - 1] >>> 30);
    state[i] = Math.imul(1812433253, previous) + i;
  }
  let next = LENGTH;
  const word = (): number => {
    if (next === LENGTH) {
      twist(state);
      next = 0;
    }
    let value = state[next++];
    value ^= value >>> 11;
    value ^= (value << 7) & 0x9d2c5680;
    value ^= (value << 15) & 0xefc60000;
    return (value ^ (value >>> 18)) >>> 0;
  };
  /** Returns an integer in [0, max]: words are masked, and drawn again while they are too large. */
  const upTo = (max: number): number => {
    const mask = 2 ** (32 - Math.clz32(max)) - 1;
    let value = (word() & mask) >>> 0;
    while (value > max) value = (word() & mask) >>> 0;
    return value;
  };
  return {
    permutation(count) {
      const order = Uint32Array.from({ length: count }, (_, i) => i);
      for (let i = count - 1; i > 0; i--) {
        const j = upTo(i);
        [order[i], order[j]] = [order[j], order[i]];
      }
      return order;
    },
  };
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < LENGTH; i++) {
    const bits = (state[i] & 0x80000000) | (state[(i + 1) % LENGTH] & 0x7fffffff);
    const low = (bits & 1) === 0 ? 0 : 0x9908b0df;
    state[i] = state[(i + OFFSET) % LENGTH] ^ (bits >>> 1) ^ low;
  }
}
