import { ManabiError } from '@manabi/core';
import { FileError } from '@manabi/files';
import { type RandomSource, randomSource } from '@manabi/testing';

/** How many spoilt inputs each parser is given; `MANABI_FUZZ` says another number. */
export const fuzzCount = Number(process.env.MANABI_FUZZ ?? 600);

/** Numbers that sizes and offsets go wrong with. */
const STRANGE = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** A spoilt copy of a file: cut short, bits flipped, numbers overwritten, parts moved, doubled, or left out. */
function spoilt(bytes: Uint8Array<ArrayBuffer>, number: number): Uint8Array<ArrayBuffer> {
  const random = randomSource(number + 1);
  let result = bytes.slice();
  for (let rounds = random.integer(1, 5); rounds > 0 && result.length > 0; rounds--)
    result = spoiltOnce(result, random);
  return result;
}

/** Bytes with one further mistake: the same array, or another one where the length changes. */
function spoiltOnce(bytes: Uint8Array<ArrayBuffer>, random: RandomSource): Uint8Array<ArrayBuffer> {
  const { length } = bytes;
  const below = (bound: number): number => random.integer(0, Math.max(bound, 1));
  // Headers are small beside the data, and where it matters.
  const at = below(random.next() < 0.5 ? Math.min(length, 512) : length);
  const kind = below(6);
  if (kind === 0) return bytes.slice(0, below(length + 1));
  if (kind === 5) return joined(bytes.subarray(0, below(length)), bytes.subarray(below(length)));
  if (kind === 1) bytes[at] ^= 1 << below(8);
  else if (kind === 2) bytes[at] = below(256);
  else if (kind === 4) bytes.copyWithin(at, below(length), below(length));
  else if (at + 4 <= length) new DataView(bytes.buffer).setUint32(at, STRANGE[below(STRANGE.length)], true);
  return bytes;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}

/** What became of spoilt inputs. */
export interface FuzzReport {
  /** Inputs that were read all the same. */
  readonly read: number;
  /** Inputs that were refused, by the code of the error. */
  readonly refused: Readonly<Record<string, number>>;
  /** Most memory outside the heap that was in use after a read, beyond that before all of them. */
  readonly bytes: number;
}

/**
 * Reads spoilt copies of files.
 *
 * @throws Error for the first one that is neither read nor refused with an error of ours, with its number
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
    const input = spoilt(files[number % files.length], number);
    try {
      await read(input);
      fine++;
    } catch (error) {
      const isOurs = error instanceof FileError || error instanceof ManabiError;
      if (!isOurs) throw new Error(`Spoilt input ${number} was answered with ${String(error)}`, { cause: error });
      refused[error.code] = (refused[error.code] ?? 0) + 1;
    }
    bytes = Math.max(bytes, memory() - before);
  }
  return { read: fine, refused, bytes };
}
