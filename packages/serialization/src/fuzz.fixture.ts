import { ManabiError } from '@manabi/core';
import { FileError } from '@manabi/files';
import { type RandomSource, randomSource } from '@manabi/testing';

/** Number of corrupted inputs per parser; override with `MANABI_FUZZ`. */
export const fuzzCount = Number(process.env.MANABI_FUZZ ?? 600);

/** Integers near the limits of integer types, where checks of sizes and offsets are likely to be wrong. */
const EDGE_VALUES = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/**
 * Returns a corrupted copy of a file: truncated, with flipped bits, with overwritten numbers, or with moved, duplicated
 * or missing parts.
 */
function corrupted(bytes: Uint8Array<ArrayBuffer>, number: number): Uint8Array<ArrayBuffer> {
  const random = randomSource(number + 1);
  let result = bytes.slice();
  for (let rounds = random.integer(1, 5); rounds > 0 && result.length > 0; rounds--)
    result = corruptedOnce(result, random);
  return result;
}

/** Corrupts bytes in one way. Returns the same array, or a new one if the length changes. */
function corruptedOnce(bytes: Uint8Array<ArrayBuffer>, random: RandomSource): Uint8Array<ArrayBuffer> {
  const { length } = bytes;
  const below = (bound: number): number => random.integer(0, Math.max(bound, 1));
  // Half of the changes are in the first 512 bytes, because headers are small.
  const at = below(random.next() < 0.5 ? Math.min(length, 512) : length);
  const kind = below(6);
  if (kind === 0) return bytes.slice(0, below(length + 1));
  if (kind === 5) return joined(bytes.subarray(0, below(length)), bytes.subarray(below(length)));
  if (kind === 1) bytes[at] ^= 1 << below(8);
  else if (kind === 2) bytes[at] = below(256);
  else if (kind === 4) bytes.copyWithin(at, below(length), below(length));
  else if (at + 4 <= length) new DataView(bytes.buffer).setUint32(at, EDGE_VALUES[below(EDGE_VALUES.length)], true);
  return bytes;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}

/** Outcomes of reading corrupted inputs. */
export interface FuzzReport {
  /** Number of inputs that could be read. */
  readonly read: number;
  /** Number of rejected inputs by error code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Largest increase of memory for array buffers, in bytes, measured after each read relative to the start. */
  readonly bytes: number;
}

/**
 * Reads corrupted copies of files.
 *
 * @throws Error for the first input that fails with neither a FileError nor a ManabiError, with its number
 */
export async function fuzz(
  files: readonly Uint8Array<ArrayBuffer>[],
  read: (bytes: Uint8Array<ArrayBuffer>) => unknown,
  count = fuzzCount,
): Promise<FuzzReport> {
  const memory = (): number => process.memoryUsage().arrayBuffers;
  const before = memory();
  const refused: Record<string, number> = {};
  let bytes = 0;
  let fine = 0;
  for (let number = 0; number < count; number++) {
    const input = corrupted(files[number % files.length], number);
    try {
      await read(input);
      fine++;
    } catch (error) {
      const isExpected = error instanceof FileError || error instanceof ManabiError;
      if (!isExpected) throw new Error(`Corrupted input ${number} caused ${String(error)}`, { cause: error });
      refused[error.code] = (refused[error.code] ?? 0) + 1;
    }
    bytes = Math.max(bytes, memory() - before);
  }
  return { read: fine, refused, bytes };
}
