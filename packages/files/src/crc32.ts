/** Remainders of the 256 byte values by the polynomial of IEEE 802.3, bit-reversed: 0xedb88320. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/**
 * CRC-32 of bytes, as ZIP, gzip and PNG use it.
 *
 * @param previous the CRC-32 of what came before, for data in pieces
 * @example `crc32(new TextEncoder().encode('123456789')) // 0xcbf43926`
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous;
  for (const byte of bytes) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 255];
  return ~crc >>> 0;
}
