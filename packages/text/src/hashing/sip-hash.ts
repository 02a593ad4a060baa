import { bigintWords, type Words64 } from './words64.ts';

// SipHash-2-4 (J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", 2012), with which TensorFlow hashes
// strings with a key.

/** "somepseudorandomlygeneratedbytes" as four words. */
const START = [0x736f6d6570736575n, 0x646f72616e646f6dn, 0x6c7967656e657261n, 0x7465646279746573n];

/** Key of `sipHash64`: two integers modulo 2^64. */
export type SipKey = readonly (number | bigint)[];

/**
 * Hashes words with a key.
 *
 * @param blocks the bytes as words; the last one ends with the number of bytes modulo 256
 * @example
 * ```ts
 * import { sipHashOfWords, type Words64 } from '@manabi/text/internal';
 *
 * const wrap = (value: bigint) => BigInt.asUintN(64, value);
 * const words: Words64<bigint> = {
 *   constant: wrap,
 *   add: (a, b) => wrap(a + b),
 *   multiply: (a, b) => wrap(a * b),
 *   xor: (a, b) => a ^ b,
 *   shiftRight: (a, bits) => a >> BigInt(bits),
 *   rotateRight: (a, bits) => wrap((a >> BigInt(bits)) | (a << BigInt(64 - bits))),
 * };
 * console.log(sipHashOfWords(words, [1, 2], [0n])); // 9667169246107117435n
 * ```
 */
export function sipHashOfWords<W>(words: Words64<W>, key: SipKey, blocks: readonly W[]): W {
  const { add, constant, rotateRight, xor } = words;
  const [a, b, c, d] = START.map((value, i) => constant(value ^ BigInt.asUintN(64, BigInt(key[i % 2]))));
  let state: readonly W[] = [a, b, c, d];
  const rounds = (count: number): void => {
    for (let i = 0; i < count; i++) {
      let [v0, v1, v2, v3] = state;
      v0 = add(v0, v1);
      v2 = add(v2, v3);
      v1 = xor(rotateRight(v1, 51), v0);
      v3 = xor(rotateRight(v3, 48), v2);
      v0 = add(rotateRight(v0, 32), v3);
      v2 = add(v2, v1);
      v3 = xor(rotateRight(v3, 43), v0);
      v1 = xor(rotateRight(v1, 47), v2);
      state = [v0, v1, rotateRight(v2, 32), v3];
    }
  };
  for (const block of blocks) {
    state = [state[0], state[1], state[2], xor(state[3], block)];
    rounds(2);
    state = [xor(state[0], block), state[1], state[2], state[3]];
  }
  state = [state[0], state[1], xor(state[2], constant(255n)), state[3]];
  rounds(4);
  return state.reduce(xor);
}

/**
 * Returns the hash of some bytes with a key: SipHash-2-4.
 *
 * @example
 * ```ts
 * import { sipHash64 } from '@manabi/text/internal';
 *
 * console.log(sipHash64(new TextEncoder().encode('a'), [1, 2])); // 5158252350249958646n
 * ```
 */
export function sipHash64(bytes: Uint8Array, key: SipKey): bigint {
  const padded = new Uint8Array(8 * (Math.floor(bytes.length / 8) + 1));
  padded.set(bytes);
  padded[padded.length - 1] = bytes.length;
  const view = new DataView(padded.buffer);
  const blocks = Array.from({ length: padded.length / 8 }, (_, i) => view.getBigUint64(8 * i, true));
  return sipHashOfWords(bigintWords, key, blocks);
}
