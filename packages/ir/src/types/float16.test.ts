import { describe, expect, test } from '@jest/globals';
import { float16ToFloat32, float32ToFloat16, roundToFloat16 } from './float16.ts';
import { canonicalElements, hostArray } from './host-array.ts';

const allBits = Uint16Array.from({ length: 65536 }, (_, i) => i);
const all = float16ToFloat32(allBits);

describe('float16', () => {
  test('every pattern of bits survives a conversion to float32 and back', () => {
    const expected = allBits.map((bits) => {
      const isNotANumber = (bits & 0x7fff) > 0x7c00;
      // Conversions set the quiet bit of NaN.
      return isNotANumber ? bits | 0x200 : bits;
    });
    expect(float32ToFloat16(all)).toEqual(expected);
  });

  test('bits mean what IEEE 754 says', () => {
    const bits = [0, 0x8000, 1, 0x3ff, 0x400, 0x3c00, 0x3555, 0x7bff, 0x7c00, 0xfc00];
    const values = [0, -0, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 1, 0.333251953125, 65504, Infinity, -Infinity];
    expect([...float16ToFloat32(Uint16Array.from(bits))]).toEqual(values);
    expect(float16ToFloat32(Uint16Array.of(0x7e00))[0]).toBeNaN();
  });

  test('every number rounds to the nearest float16, ties to the even one', () => {
    const positive = [...all.subarray(0, 0x7c00), 65536];
    const shown = (x: number): number => (x === 65536 ? Infinity : x);
    const middles = new Float32Array(positive.length - 1);
    const rounded: number[] = [];
    const expected: number[] = [];
    for (let i = 0; i + 1 < positive.length; i++) {
      const [low, high] = [positive[i], positive[i + 1]];
      const middle = (low + high) / 2;
      middles[i] = middle;
      for (const sign of [1, -1]) {
        const near = [low, middle, middle * (1 + 2 ** -40), middle * (1 - 2 ** -40)];
        rounded.push(...near.map((x) => roundToFloat16(sign * x)));
        expected.push(...[low, i % 2 === 0 ? low : high, high, low].map((x) => sign * shown(x)));
      }
    }
    expect(rounded).toEqual(expected);
    // Each number in the middle is a float32.
    expect(float32ToFloat16(middles)).toEqual(Uint16Array.from(middles, (_, i) => (i % 2 === 0 ? i : i + 1)));
    expect(roundToFloat16(Number.NaN)).toBeNaN();
    expect(roundToFloat16(1e300)).toBe(Infinity);
    expect(roundToFloat16(-1e-300)).toBe(-0);
  });
});

test('canonicalElements rounds float16 and keeps arrays that need no rounding', () => {
  const exact = hostArray('float16', [3], Float32Array.of(1, -0, Infinity));
  expect(canonicalElements(exact)).toBe(exact);
  const inexact = hostArray('float16', [2], Float32Array.of(0.1, -70000));
  expect(canonicalElements(inexact).data).toEqual(Float32Array.of(0.0999755859375, -Infinity));
  expect(inexact.data[0]).toBe(Math.fround(0.1));
});
