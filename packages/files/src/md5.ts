/** Amounts of rotation of each round of RFC 1321, 3.4. */
const ROTATIONS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];

/** The constants of RFC 1321: the integer parts of 2^32 · |sin(i + 1)|. */
const SINES = Uint32Array.from({ length: 64 }, (_, i) => Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))));

/** MD5 hash of data that is added in parts. */
export interface Md5 {
  /** Adds bytes to the hash. */
  update(bytes: Uint8Array): void;
  /** Returns the hash in lower-case hexadecimal. Call neither method afterwards. */
  digest(): string;
}

/**
 * Creates an MD5 hash (RFC 1321), for files whose publishers provide no better checksum. It detects damage, but not
 * deliberate changes.
 */
export function createMd5(): Md5 {
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  const block = new Uint8Array(64);
  const view = new DataView(block.buffer);
  const words = new Uint32Array(16);
  let filled = 0;
  let length = 0;

  function compress(): void {
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(4 * i, true);
    let [a, b, c, d] = state;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      let mixed: number;
      let word: number;
      if (round === 0) [mixed, word] = [(b & c) | (~b & d), i];
      else if (round === 1) [mixed, word] = [(d & b) | (~d & c), 5 * i + 1];
      else if (round === 2) [mixed, word] = [b ^ c ^ d, 3 * i + 5];
      else [mixed, word] = [c ^ (b | ~d), 7 * i];
      const sum = (a + mixed + SINES[i] + words[word & 15]) | 0;
      const bits = ROTATIONS[round][i & 3];
      a = d;
      d = c;
      c = b;
      b = (b + ((sum << bits) | (sum >>> (32 - bits)))) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
  }

  function update(bytes: Uint8Array): void {
    length += bytes.length;
    for (let from = 0; from < bytes.length; ) {
      const piece = bytes.subarray(from, from + 64 - filled);
      block.set(piece, filled);
      filled += piece.length;
      from += piece.length;
      if (filled === 64) {
        compress();
        filled = 0;
      }
    }
  }

  return {
    update,
    digest() {
      const bits = length * 8;
      update(Uint8Array.of(0x80));
      if (filled > 56) update(new Uint8Array(64 - filled));
      update(new Uint8Array(56 - filled));
      view.setUint32(56, bits >>> 0, true);
      view.setUint32(60, Math.floor(bits / 2 ** 32), true);
      compress();
      return Array.from(new Uint8Array(state.buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
    },
  };
}
