/**
 * Computes the checksum of HDF5 metadata: `lookup3` with initial value 0 (Bob Jenkins, 2006, public domain; HDF5 File
 * Format Specification 3.0, appendix D).
 */
export function lookup3(bytes: Uint8Array): number {
  let a = (0xdeadbeef + bytes.length) | 0;
  let b = a;
  let c = a;
  let at = 0;
  const word = (index: number): number =>
    ((bytes[index] ?? 0) |
      ((bytes[index + 1] ?? 0) << 8) |
      ((bytes[index + 2] ?? 0) << 16) |
      ((bytes[index + 3] ?? 0) << 24)) >>>
    0;
  while (bytes.length - at > 12) {
    a = (a + word(at)) | 0;
    b = (b + word(at + 4)) | 0;
    c = (c + word(at + 8)) | 0;
    a = ((a - c) | 0) ^ rotate(c, 4);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotate(a, 6);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotate(b, 8);
    b = (b + a) | 0;
    a = ((a - c) | 0) ^ rotate(c, 16);
    c = (c + b) | 0;
    b = ((b - a) | 0) ^ rotate(a, 19);
    a = (a + c) | 0;
    c = ((c - b) | 0) ^ rotate(b, 4);
    b = (b + a) | 0;
    at += 12;
  }
  if (at === bytes.length) return c >>> 0;
  // Bytes past the end count as zeros.
  a = (a + word(at)) | 0;
  b = (b + word(at + 4)) | 0;
  c = (c + word(at + 8)) | 0;
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return c >>> 0;
}

/** Computes the checksum of HDF5's `fletcher32` filter over big-endian 16-bit words; an odd last byte is an upper half. */
export function fletcher32(bytes: Uint8Array): number {
  let low = 0;
  let high = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    low = (low + ((bytes[at] << 8) | (bytes[at + 1] ?? 0))) % 65_535;
    high = (high + low) % 65_535;
  }
  return ((high << 16) | low) >>> 0;
}

/** Computes the checksum at the end of a zlib stream (RFC 1950). */
export function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  // The number of bytes per step keeps the sums below 2^32.
  for (let from = 0; from < bytes.length; from += 3_800) {
    const to = Math.min(from + 3_800, bytes.length);
    for (let at = from; at < to; at++) {
      low += bytes[at];
      high += low;
    }
    low %= 65_521;
    high %= 65_521;
  }
  return ((high << 16) | low) >>> 0;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
