import { bigintWords, type Words64 } from './words64.ts';

// FarmHash Fingerprint64 (https://github.com/google/farmhash), with which TensorFlow hashes strings, and the function with
// which it combines fingerprints.

const K0 = 0xc3a5c85c97cb3127n;
const K1 = 0xb492b66fbe98f273n;
const K2 = 0x9ae16a3b2f90404fn;
const CAT = 0xc6a4a7935bd1e995n;

/**
 * Returns functions that hash up to 16 bytes, and that combine fingerprints, and the operations of which they consist.
 *
 * @example
 * ```ts
 * import { farmHashOn, type Words64 } from '@manabi/text/internal';
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
 * const { hashOf1To3 } = farmHashOn(words);
 * console.log(hashOf1To3(97n, 97n, 97n, 1n)); // 12917804110809363939n
 * ```
 */
/* @__NO_SIDE_EFFECTS__ */
export function farmHashOn<W>(words: Words64<W>) {
  const { add, constant, multiply, rotateRight, shiftRight, xor } = words;
  const shiftMix = (a: W): W => xor(a, shiftRight(a, 47));
  const times = (a: W, factor: bigint): W => multiply(a, constant(factor));
  const plus = (a: W, term: bigint): W => add(a, constant(term));
  /** Hashes two words. */
  const hash16 = (u: W, v: W, factor: W): W => {
    const a = shiftMix(multiply(xor(u, v), factor));
    return multiply(shiftMix(multiply(xor(v, a), factor)), factor);
  };
  const factorOf = (length: W): W => plus(add(length, length), K2);
  return {
    shiftMix,
    times,
    plus,
    hash16,
    factorOf,
    /** Hashes 8 to 16 bytes: the first and the last 8 of them, and their number. */
    hashOf8To16: (first: W, last: W, length: W): W => {
      const factor = factorOf(length);
      const a = plus(first, K2);
      const c = add(multiply(rotateRight(last, 37), factor), a);
      return hash16(c, multiply(add(rotateRight(a, 25), last), factor), factor);
    },
    /** Hashes 4 to 7 bytes: the first and the last 4 of them, and their number. */
    hashOf4To7: (first: W, last: W, length: W): W => hash16(add(length, times(first, 8n)), last, factorOf(length)),
    /** Hashes 1 to 3 bytes: the first, the middle and the last of them, and their number. */
    hashOf1To3: (first: W, middle: W, last: W, length: W): W => {
      const y = add(first, times(middle, 256n));
      const z = add(length, times(last, 4n));
      return times(shiftMix(xor(times(y, K2), times(z, K0))), K2);
    },
    /** Combines two fingerprints, as TensorFlow's `FingerprintCat64`. */
    fingerprintCat: (a: W, b: W): W => {
      const mixed = xor(xor(a, constant(CAT)), times(shiftMix(times(b, CAT)), CAT));
      return shiftMix(times(shiftMix(times(mixed, CAT)), CAT));
    },
  };
}

const { add, multiply, rotateRight, xor } = bigintWords;

/**
 * The functions of `farmHashOn` on bigints.
 *
 * @example
 * ```ts
 * import { farmHash } from '@manabi/text/internal';
 *
 * console.log(farmHash.fingerprintCat(1n, 2n)); // 14454907135238785252n
 * ```
 */
export const farmHash = farmHashOn(bigintWords);
const { factorOf, hash16, hashOf1To3, hashOf4To7, hashOf8To16, plus, shiftMix, times } = farmHash;
const sum = (...terms: readonly bigint[]): bigint => terms.reduce(add);

/**
 * Returns the fingerprint of some bytes: FarmHash Fingerprint64.
 *
 * @example
 * ```ts
 * import { fingerprint64 } from '@manabi/text/internal';
 *
 * console.log(fingerprint64(new TextEncoder().encode('a'))); // 12917804110809363939n
 * ```
 */
export function fingerprint64(bytes: Uint8Array): bigint {
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  const at = (position: number): bigint => view.getBigUint64(position, true);
  const part = (position: number): bigint => BigInt(view.getUint32(position, true));
  const byte = (position: number): bigint => BigInt(bytes[position]);
  const size = BigInt(length);
  if (length > 64) return hashOfMany(at, length);
  if (length > 32) return hashOf33To64(at, length);
  if (length > 16) return hashOf17To32(at, length);
  if (length > 7) return hashOf8To16(at(0), at(length - 8), size);
  if (length > 3) return hashOf4To7(part(0), part(length - 4), size);
  return length === 0 ? K2 : hashOf1To3(byte(0), byte(length >> 1), byte(length - 1), size);
}

/** Reads the 8 bytes from a position. */
type ReadWord = (position: number) => bigint;

function hashOf17To32(at: ReadWord, length: number): bigint {
  const factor = factorOf(BigInt(length));
  const [a, b] = [times(at(0), K1), at(8)];
  const [c, d] = [multiply(at(length - 8), factor), times(at(length - 16), K2)];
  const u = sum(rotateRight(add(a, b), 43), rotateRight(c, 30), d);
  return hash16(u, sum(a, rotateRight(plus(b, K2), 18), c), factor);
}

function hashOf33To64(at: ReadWord, length: number): bigint {
  const factor = factorOf(BigInt(length));
  const [a, b] = [times(at(0), K2), at(8)];
  const [c, d] = [multiply(at(length - 8), factor), times(at(length - 16), K2)];
  const y = sum(rotateRight(add(a, b), 43), rotateRight(c, 30), d);
  const z = hash16(y, sum(a, rotateRight(plus(b, K2), 18), c), factor);
  const [e, f] = [multiply(at(16), factor), at(24)];
  const g = multiply(add(y, at(length - 32)), factor);
  const h = multiply(add(z, at(length - 24)), factor);
  const u = sum(rotateRight(add(e, f), 43), rotateRight(g, 30), h);
  return hash16(u, sum(e, rotateRight(add(f, a), 18), g), factor);
}

/** Hashes 32 bytes from a position into two words, given two further words. */
function hash32(at: ReadWord, position: number, first: bigint, second: bigint): readonly [bigint, bigint] {
  const start = add(first, at(position));
  const last = at(position + 24);
  const whole = sum(start, at(position + 8), at(position + 16));
  const mixed = rotateRight(sum(second, start, last), 21);
  return [add(whole, last), sum(mixed, rotateRight(whole, 44), start)];
}

/** Hashes more than 64 bytes, in blocks of 64; the last block overlaps the one before. */
function hashOfMany(at: ReadWord, length: number): bigint {
  const seed = 81n;
  let y = plus(times(seed, K1), 113n);
  let z = times(shiftMix(plus(times(y, K2), 113n)), K2);
  let x = add(times(seed, K2), at(0));
  let v: readonly [bigint, bigint] = [0n, 0n];
  let w: readonly [bigint, bigint] = [0n, 0n];
  const block = (start: number, factor: bigint, weight: bigint): void => {
    const turned = xor(multiply(rotateRight(sum(x, y, v[0], at(start + 8)), 37), factor), times(w[1], weight));
    const mixed = multiply(rotateRight(sum(y, v[1], at(start + 48)), 42), factor);
    y = sum(mixed, times(v[0], weight), at(start + 40));
    const next = multiply(rotateRight(add(z, w[0]), 33), factor);
    v = hash32(at, start, multiply(v[1], factor), add(turned, w[0]));
    w = hash32(at, start + 32, add(next, w[1]), add(y, at(start + 16)));
    [x, z] = [next, turned];
  };
  const rest = (length - 1) & 63;
  const end = length - 1 - rest;
  for (let start = 0; start < end; start += 64) block(start, K1, 1n);
  const factor = add(K1, (z & 255n) << 1n);
  w = [plus(w[0], BigInt(rest)), w[1]];
  v = [add(v[0], w[0]), v[1]];
  w = [add(w[0], v[0]), w[1]];
  block(end + rest - 63, factor, 9n);
  const first = sum(hash16(v[0], w[0], factor), times(shiftMix(y), K0), z);
  return hash16(first, add(hash16(v[1], w[1], factor), x), factor);
}
