import { Inflate } from 'fflate';
import { corruptZip } from './zip-errors.ts';

/** Bytes that go into the decompressor at a time: what comes out is at most some thousand times as much. */
const PIECE = 1 << 14;

/**
 * What deflated bytes unfold into, which must be `size` bytes: whoever has more to give is stopped at once.
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
    if (length + piece.length > size) throw new RangeError(`it unfolds into more than the ${size} bytes that it says`);
    bytes.set(piece, length);
    length += piece.length;
  });
  try {
    for (let at = 0; at < packed.length; at += PIECE) {
      decompressor.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
    }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw corruptZip(source, `'${entry}' cannot be unpacked: ${problem}`, { entry });
  }
  if (length === size) return bytes;
  throw corruptZip(source, `'${entry}' unfolds into ${length} bytes, and not into the ${size} that it says`, {
    entry,
    size: length,
    expected: size,
  });
}
