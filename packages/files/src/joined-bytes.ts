/**
 * Concatenates byte arrays in a new array.
 *
 * @example
 * ```ts
 * import { joinedBytes } from '@manabi/files/internal';
 *
 * console.log([...joinedBytes([Uint8Array.of(1), Uint8Array.of(2, 3)])]); // [1, 2, 3]
 * ```
 */
export function joinedBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(bytesIn(pieces));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * Returns the total length of byte arrays.
 *
 * @example
 * ```ts
 * import { bytesIn } from '@manabi/files/internal';
 *
 * console.log(bytesIn([Uint8Array.of(1), Uint8Array.of(2, 3)])); // 3
 * ```
 */
export function bytesIn(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
