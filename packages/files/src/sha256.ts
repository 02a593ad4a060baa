import { readArgument } from '@manabi/errors';
import type { ByteStream } from './kinds.ts';
import { bytesKind } from './kinds.ts';
import { hasNode, nodeModule } from './node.ts';
import { chunksOf } from './stream.ts';

/** SHA-256 hash of data that is added in parts. */
export interface Sha256 {
  /** Adds bytes to the hash. */
  update(bytes: Uint8Array): void;
  /** Returns the hash in lower-case hexadecimal. Call neither method afterwards. */
  digest(): string;
}

/** Fractional bits of the square and cube roots of the first 64 primes: the constants of FIPS 180-4, 4.2.2 and 5.3.3. */
const primes = Array.from({ length: 312 }, (_, n) => n).filter((n) => n > 1 && !hasDivisor(n));
const ROUND = Uint32Array.from(primes, (prime) => fractionBits(Math.cbrt(prime)));
const INITIAL = Uint32Array.from(primes.slice(0, 8), (prime) => fractionBits(Math.sqrt(prime)));

function hasDivisor(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return true;
  return false;
}

function fractionBits(value: number): number {
  return Math.floor((value % 1) * 2 ** 32);
}

/**
 * Creates a SHA-256 hash in plain TypeScript (FIPS 180-4), for pages: WebCrypto hashes only whole arrays, and is missing
 * in pages that were not loaded over HTTPS.
 */
export function portableSha256(): Sha256 {
  const state = INITIAL.slice();
  const block = new Uint8Array(64);
  const view = new DataView(block.buffer);
  const schedule = new Uint32Array(64);
  let filled = 0;
  let length = 0;

  function compress(): void {
    for (let i = 0; i < 16; i++) schedule[i] = view.getUint32(4 * i);
    for (let i = 16; i < 64; i++) {
      const early = schedule[i - 15];
      const late = schedule[i - 2];
      const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
      const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
      schedule[i] = schedule[i - 16] + s0 + schedule[i - 7] + s1;
    }
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let d = state[3];
    let e = state[4];
    let f = state[5];
    let g = state[6];
    let h = state[7];
    for (let i = 0; i < 64; i++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i] + schedule[i]) | 0;
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
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
      view.setUint32(56, Math.floor(bits / 2 ** 32));
      view.setUint32(60, bits >>> 0);
      compress();
      return Array.from(state, (word) => word.toString(16).padStart(8, '0')).join('');
    },
  };
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/**
 * Creates a SHA-256 hash to which data is added in parts. Uses Node's implementation where available.
 *
 * @example
 * ```ts
 * import { createSha256 } from '@manabi/files';
 *
 * const hash = await createSha256();
 * for (const piece of ['a', 'b', 'c']) hash.update(new TextEncoder().encode(piece));
 * console.log(hash.digest().slice(0, 8)); // ba7816bf
 * ```
 */
export async function createSha256(): Promise<Sha256> {
  if (!hasNode) return portableSha256();
  const { createHash } = await nodeModule('crypto');
  const hash = createHash('sha256');
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
}

/**
 * Returns the SHA-256 of bytes in lower-case hexadecimal.
 *
 * @example
 * ```ts
 * import { sha256 } from '@manabi/files';
 *
 * const result = await sha256(new Uint8Array());
 * console.log(result); // e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
 * ```
 */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  readArgument('sha256', 'bytes', bytes, bytesKind);
  const { subtle } = globalThis.crypto;
  if (subtle !== undefined) {
    const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  const hash = await createSha256();
  hash.update(bytes);
  return hash.digest();
}

/**
 * Reads a stream to its end, and returns the SHA-256 of its bytes in lower-case hexadecimal. Only one chunk of the
 * stream is in memory at any time.
 */
export async function sha256OfStream(stream: ByteStream): Promise<string> {
  const hash = await createSha256();
  for await (const chunk of chunksOf(stream)) hash.update(chunk);
  return hash.digest();
}
