import { expect, test } from '@jest/globals';
import { crc32 } from './index.ts';

/** Computes the CRC-32 bit by bit, as a reference. */
function plainCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

const bytes = Uint8Array.from({ length: 100 }, (_, i) => (i * 167 + 31) % 256);

test('crc32 returns 0xcbf43926 for the check string 123456789', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

test('crc32 returns the same checksum as a bit-by-bit reference for data of any length, whether passed whole or in two parts', () => {
  for (let length = 0; length <= 40; length++) {
    const part = bytes.subarray(3, 3 + length);
    const cut = Math.floor(length / 3);
    const expected = plainCrc(part);
    expect([crc32(part), crc32(part.subarray(cut), crc32(part.subarray(0, cut)))]).toEqual([expected, expected]);
  }
});
