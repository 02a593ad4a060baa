/** Order of bytes that interleaves the first, or last, eight bytes of two vectors. */
export const LOW = Array.from({ length: 8 }, (_, i) => [i, 16 + i]).flat();
export const HIGH = LOW.map((byte) => byte + 8);

/** Order of bytes that interleaves the first, or last, four pairs of bytes of two vectors. */
export const LOW_PAIRS = Array.from({ length: 4 }, (_, i) => [2 * i, 2 * i + 1, 16 + 2 * i, 17 + 2 * i]).flat();
export const HIGH_PAIRS = LOW_PAIRS.map((byte) => byte + 8);

export const ZEROS = new Uint8Array(16);

/** Bits that are 1 in a byte of a number that is at least the zero point, and whose change subtracts the zero point. */
export const SIGNS = new Uint8Array(16).fill(0x80);

/** Returns a vector of eight equal int16. */
export function int16s(value: number): Uint8Array {
  return new Uint8Array(Int16Array.from({ length: 8 }, () => value).buffer);
}
