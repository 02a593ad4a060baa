import { describe, expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/ir';
import { randomSource } from '@manabi/testing';
import { parseIdx } from '../index.ts';

/** Creates an IDX file with the given header and elements. */
function idx(shape: readonly number[], elements: ArrayLike<number>, type = 8): Uint8Array {
  const lengths = shape.flatMap((length) => [length >>> 24, (length >>> 16) & 255, (length >>> 8) & 255, length & 255]);
  return Uint8Array.from([0, 0, type, shape.length, ...lengths, ...Array.from(elements)]);
}

describe('parseIdx', () => {
  test.each([[[3]], [[2, 3]], [[2, 1, 3]], [[]], [[0]], [[0, 28, 28]], [[300]]])('reads shape %p', (shape) => {
    const elements = Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i * 7);
    expect(parseIdx(idx(shape, elements), 'x')).toEqual({ dtype: 'uint8', shape, data: elements });
  });

  test('reads a view of a larger buffer without copying', () => {
    const file = idx([2], [5, 6]);
    const larger = new Uint8Array(100);
    larger.set(file, 33);
    const { data } = parseIdx(larger.subarray(33, 33 + file.length), 'x');
    expect(Array.from(data)).toEqual([5, 6]);
    expect(data.buffer).toBe(larger.buffer);
  });

  test.each([
    ['an empty file', [], { length: 0, needed: 4 }],
    ['an incomplete magic number', [0, 0, 8], { length: 3 }],
    ['a wrong magic number', [1, 0, 8, 1, 0, 0, 0, 0], { magic: [1, 0, 8, 1] }],
    ['an unknown element type', [0, 0, 7, 1, 0, 0, 0, 0], { magic: [0, 0, 7, 1] }],
    ['float elements', [0, 0, 13, 1, 0, 0, 0, 0], { dtype: 'float32' }],
    ['a header with more axes than the file has bytes', [0, 0, 8, 255, 0, 0, 0, 1], { needed: 4 + 4 * 255 }],
    ['a truncated header', [0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0], { needed: 12 }],
    ['too few elements', [0, 0, 8, 1, 0, 0, 0, 3, 1, 2], { shape: [3], needed: 11 }],
    ['too many elements', [0, 0, 8, 1, 0, 0, 0, 1, 1, 2], { shape: [1], needed: 9 }],
    ['a shape of 2^64 elements', idx([0xffffffff, 0xffffffff], []), { shape: [0xffffffff, 0xffffffff] }],
    ['a shape with an infinite product', idx(new Array(255).fill(0xffffffff), []), { needed: Infinity }],
    [
      'an HTML page instead of an IDX file',
      new TextEncoder().encode('<!doctype html>'),
      { magic: [0x3c, 0x21, 0x64, 0x6f] },
    ],
  ])('rejects %s', (_, bytes, data) => {
    let error: unknown;
    try {
      parseIdx(Uint8Array.from(bytes), 'hostile.idx');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ManabiError);
    expect(error).toMatchObject({ code: 'file', op: 'parseIdx', data: { source: 'hostile.idx', ...data } });
  });

  test('returns a consistent array or throws a ManabiError for any change of the header', () => {
    const random = randomSource(11);
    const file = idx([4, 5], new Uint8Array(20));
    for (let trial = 0; trial < 2000; trial++) {
      const changed = file.slice(0, random.integer(0, file.length + 1));
      for (let change = 0; change < 2; change++) changed[random.integer(0, 12)] = random.integer(0, 256);
      try {
        const { dtype, shape, data } = parseIdx(changed, 'x');
        expect(dtype).toBe('uint8');
        expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
      } catch (error) {
        expect(error).toBeInstanceOf(ManabiError);
      }
    }
  });
});
