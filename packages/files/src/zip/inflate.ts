import { Inflate } from 'fflate';
import { corruptZip } from './zip-errors.ts';

/**
 * Number of compressed bytes that are decompressed in one step. The result of a step has at most about a thousand times
 * as many bytes.
 */
const PIECE = 1 << 14;

/**
 * Decompresses deflated bytes to exactly `size` bytes, and stops as soon as there are more.
 *
 * @param accepts reports whether the content may start with these bytes, at least 8
 * @throws FileError `corrupt`
 */
export function inflate(
  source: string,
  entry: string,
  packed: Uint8Array<ArrayBuffer>,
  size: number,
  accepts?: (start: Uint8Array) => boolean,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let length = 0;
  const decompressor = new Inflate((piece) => {
    if (length === 0 && piece.length > 7 && accepts?.(piece) === false) throw new RangeError('it has another format');
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
    const problem = error instanceof Error ? error.message : String(error);
    throw corruptZip(source, `entry '${entry}' cannot be decompressed: ${problem}`, { entry });
  }
  if (length === size) return bytes;
  throw corruptZip(source, `entry '${entry}' expands to ${length} bytes, expected ${size}`, {
    entry,
    size: length,
    expected: size,
  });
}
