import { Inflate } from 'fflate';
import type { FileError } from '../file-error.ts';
import { joinedBytes } from '../joined-bytes.ts';
import { corruptZip } from './zip-errors.ts';

/**
 * Number of compressed bytes that are decompressed in one step. The result of a step has at most about a thousand times
 * as many bytes.
 */
const PIECE = 1 << 14;

/**
 * Decompresses the start of deflated bytes, as far as they reach.
 *
 * @throws FileError `corrupt`
 */
export function inflatedStart(source: string, entry: string, packed: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  try {
    new Inflate((piece) => pieces.push(piece)).push(packed);
  } catch (error) {
    throw notInflated(source, entry, error);
  }
  return joinedBytes(pieces);
}

/**
 * Decompresses deflated bytes to exactly `size` bytes, and stops as soon as there are more.
 *
 * @throws FileError `corrupt`
 */
export function inflate(
  source: string,
  entry: string,
  packed: Uint8Array<ArrayBuffer>,
  size: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let length = 0;
  const decompressor = new Inflate((piece) => {
    if (length + piece.length > size)
      throw new RangeError(`it expands to more than the ${size} bytes in its directory entry`);
    bytes.set(piece, length);
    length += piece.length;
  });
  try {
    for (let at = 0; at < packed.length; at += PIECE) {
      decompressor.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
    }
  } catch (error) {
    throw notInflated(source, entry, error);
  }
  if (length === size) return bytes;
  throw corruptZip(source, `entry '${entry}' expands to ${length} bytes, expected ${size}`, {
    entry,
    size: length,
    expected: size,
  });
}

function notInflated(source: string, entry: string, error: unknown): FileError {
  const problem = error instanceof Error ? error.message : String(error);
  return corruptZip(source, `entry '${entry}' cannot be decompressed: ${problem}`, { entry });
}
