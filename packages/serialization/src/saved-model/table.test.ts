import { describe, expect, test } from '@jest/globals';
import { crc32c, masked } from './crc32c.ts';
import { sliceKey } from './ordered-code.ts';
import { unsnappy } from './snappy.ts';
import { readTable } from './table.ts';

const bytes = (...values: readonly number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Appends the type and the checksum of a block. */
function sealed(content: Uint8Array, type = 0): Uint8Array<ArrayBuffer> {
  const whole = joined(content, bytes(type));
  const sum = masked(crc32c(whole));
  return joined(whole, bytes(sum & 255, (sum >>> 8) & 255, (sum >>> 16) & 255, sum >>> 24));
}

const restarts = bytes(0, 0, 0, 0, 1, 0, 0, 0);
const entry = (key: string, value: readonly number[]): Uint8Array =>
  bytes(0, key.length, value.length, ...[...key].map((letter) => letter.charCodeAt(0)), ...value);

/** Returns a table with one data block, to which each handle of the index refers. */
function tableOf(block: Uint8Array, index: Uint8Array): Uint8Array<ArrayBuffer> {
  const footer = new Uint8Array(48);
  footer.set([0, 0, block.length, index.length - 5]);
  footer.set([0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb], 40);
  return joined(block, index, footer);
}

describe('readTable', () => {
  const data = joined(entry('ab', [1]), bytes(1, 1, 2), bytes(0x63, 2, 3), restarts);
  const handle = (size: number): Uint8Array => joined(entry('z', [0, size]), restarts);

  test('reads entries whose keys share their start', () => {
    const found = readTable(tableOf(sealed(data), sealed(handle(data.length))), 'a');
    expect([...found].map(([key, value]) => [key, [...value]])).toEqual([
      ['ab', [1]],
      ['ac', [2, 3]],
    ]);
  });

  test('reads blocks that are compressed with Snappy', () => {
    const packed = joined(bytes(data.length, (data.length - 1) << 2), data);
    const found = readTable(tableOf(sealed(packed, 1), sealed(handle(packed.length))), 'a');
    expect([...found.keys()]).toEqual(['ab', 'ac']);
  });

  test('rejects damaged blocks, and blocks that are listed twice', () => {
    const block = sealed(data);
    const twice = joined(entry('y', [0, data.length]), entry('z', [0, data.length]), restarts);
    const damaged = tableOf(block, sealed(handle(data.length)));
    damaged[1] ^= 1;
    for (const table of [damaged, tableOf(block, sealed(twice)), bytes(1, 2, 3), tableOf(block, sealed(handle(120)))]) {
      expect(() => readTable(table, 'a')).toThrow(expect.objectContaining({ code: 'corrupt' }));
    }
  });
});

describe('unsnappy', () => {
  test('copies earlier bytes, also overlapping ones', () => {
    // "ab", followed by a copy of 7 bytes at distance 2, which repeats them.
    expect([...(unsnappy(bytes(9, 1 << 2, 97, 98, 0b01101, 2)) ?? [])]).toEqual([97, 98, 97, 98, 97, 98, 97, 98, 97]);
  });

  test.each([
    ['a length beyond what the data can yield', bytes(0xff, 0xff, 0xff, 0xff, 0x0f, 0)],
    ['a copy before the start', bytes(9, 0, 97, 0b01101, 5)],
    ['a literal beyond the end', bytes(9, 60 << 2, 200, 1)],
    ['fewer bytes than stated', bytes(9, 0, 97)],
    ['no data', bytes()],
  ])('rejects %s', (_title, packed) => {
    expect(unsnappy(packed)).toBeNull();
  });
});

test('crc32c computes the checksum of the standard', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
});

test('sliceKey encodes names and extents as TensorFlow does', () => {
  const key = (name: string, ...extents: readonly (readonly [number, number])[]): readonly number[] =>
    [...sliceKey(name, extents)].map((letter) => letter.charCodeAt(0));
  expect(key('w', [334, 333], [0, -1])).toEqual([0, 0x77, 0, 1, 1, 2, 0xc1, 0x4e, 0x41 | 0x80, 0x4d, 0x80, 0x7f]);
  expect(key('\0\xff')).toEqual([0, 0, 0xff, 0xff, 0, 0, 1, 0]);
});
