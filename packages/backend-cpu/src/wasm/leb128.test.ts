import { describe, expect, test } from '@jest/globals';
import { ByteWriter } from './leb128.ts';

function bytesOf(write: (out: ByteWriter) => void): number[] {
  const out = new ByteWriter(1);
  write(out);
  return [...out.written];
}

describe('ByteWriter.unsigned', () => {
  test.each([
    [0, [0x00]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [624485, [0xe5, 0x8e, 0x26]],
    [0xffffffff, [0xff, 0xff, 0xff, 0xff, 0x0f]],
    [2 ** 53 - 1, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('encodes %d', (value, expected) => {
    expect(bytesOf((out) => out.unsigned(value))).toEqual(expected);
  });

  test.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])('rejects %d', (value) => {
    expect(() => bytesOf((out) => out.unsigned(value))).toThrow(RangeError);
  });
});

describe('ByteWriter.signed32 and signed64', () => {
  test.each([
    [0, [0x00]],
    [63, [0x3f]],
    [64, [0xc0, 0x00]],
    [-1, [0x7f]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [-123456, [0xc0, 0xbb, 0x78]],
    [2147483647, [0xff, 0xff, 0xff, 0xff, 0x07]],
    [-2147483648, [0x80, 0x80, 0x80, 0x80, 0x78]],
  ])('encode %d with the same bytes', (value, expected) => {
    expect(bytesOf((out) => out.signed32(value))).toEqual(expected);
    expect(bytesOf((out) => out.signed64(BigInt(value)))).toEqual(expected);
  });

  test('encode 32-bit addresses above 2^31 as their two’s complement', () => {
    expect(bytesOf((out) => out.signed32(0xffffffff))).toEqual([0x7f]);
  });

  test('encode the smallest and largest 64-bit integers', () => {
    const high = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00];
    expect(bytesOf((out) => out.signed64(2n ** 63n - 1n))).toEqual(high);
    const low = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f];
    expect(bytesOf((out) => out.signed64(-(2n ** 63n)))).toEqual(low);
    expect(bytesOf((out) => out.signed64(2n ** 64n - 1n))).toEqual([0x7f]);
  });
});

test('ByteWriter.name writes the length in bytes, then UTF-8', () => {
  expect(bytesOf((out) => out.name('学'))).toEqual([3, 0xe5, 0xad, 0xa6]);
});

test('ByteWriter.float32 and float64 write little-endian bytes', () => {
  expect(bytesOf((out) => out.float32(1.5))).toEqual([0, 0, 0xc0, 0x3f]);
  expect(bytesOf((out) => out.float64(-2))).toEqual([0, 0, 0, 0, 0, 0, 0, 0xc0]);
});

test('ByteWriter.sized writes the length in bytes of another writer, then its bytes', () => {
  const part = new ByteWriter();
  part.bytes([1, 2, 3]);
  expect(bytesOf((out) => out.sized(part))).toEqual([3, 1, 2, 3]);
});
