import { integer, readArgument } from '@manabi/errors';
import { bytesKind } from './kinds.ts';

/** Number of bytes that one iteration processes. */
const STRIDE = 8;

/**
 * Lookup table of CRC remainders for the IEEE 802.3 polynomial (bit-reversed: 0xedb88320): one for each byte value
 * followed by 0 to 7 zero bytes. With this table, one iteration processes eight bytes (Kounavis, Berry: A systematic
 * approach to building high performance software-based CRC generators, 2005).
 */
const TABLE = remainders();

function remainders(): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(STRIDE * 256);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
    table[byte] = remainder;
  }
  for (let at = 256; at < table.length; at++) {
    const before = table[at - 256];
    table[at] = (before >>> 8) ^ table[before & 255];
  }
  return table;
}

const crcKind = integer({ min: 0, max: 2 ** 32 - 1 });

/**
 * Computes the CRC-32 of bytes, as used by ZIP, gzip and PNG.
 *
 * @param previous CRC-32 of the preceding bytes, for data that is passed in several calls (default 0)
 * @example
 * ```ts
 * import { crc32 } from '@manabi/files';
 *
 * const bytes = new TextEncoder().encode('123456789');
 * console.log(crc32(bytes).toString(16)); // cbf43926
 * console.log(crc32(bytes.subarray(5), crc32(bytes.subarray(0, 5))).toString(16)); // cbf43926
 * ```
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  readArgument('crc32', 'bytes', bytes, bytesKind);
  let crc = ~readArgument('crc32', 'previous', previous, crcKind);
  let at = 0;
  for (const end = bytes.length - (STRIDE - 1); at < end; at += STRIDE) {
    crc =
      TABLE[0x700 | ((crc ^ bytes[at]) & 255)] ^
      TABLE[0x600 | (((crc >>> 8) ^ bytes[at + 1]) & 255)] ^
      TABLE[0x500 | (((crc >>> 16) ^ bytes[at + 2]) & 255)] ^
      TABLE[0x400 | ((crc >>> 24) ^ bytes[at + 3])] ^
      TABLE[0x300 | bytes[at + 4]] ^
      TABLE[0x200 | bytes[at + 5]] ^
      TABLE[0x100 | bytes[at + 6]] ^
      TABLE[bytes[at + 7]];
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[at]) & 255];
  return ~crc >>> 0;
}
