/** CRC remainders of bytes for the Castagnoli polynomial (bit-reversed: 0x82f63b78). */
const TABLE = /* @__PURE__ */ remainders();

function remainders(): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1;
    table[byte] = remainder;
  }
  return table;
}

/**
 * Computes the CRC-32C of bytes.
 *
 * @param previous CRC-32C of the preceding bytes
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[i]) & 255];
  return ~crc >>> 0;
}

/** Returns a CRC in the form in which LevelDB and TensorFlow store it. */
export function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
