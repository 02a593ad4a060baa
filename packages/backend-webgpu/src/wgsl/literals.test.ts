import { expect, test } from '@jest/globals';
import { floatLiteral, literal } from './literals.ts';

const bits = (value: number): string => `bits_${value.toString(16)}`;

test.each([
  [0, '0f'],
  [1, '1f'],
  [-2.5, '(-2.5f)'],
  [0.1, '0.10000000149011612f'],
  [-0, 'bitcast<f32>(bits_80000000)'],
  [Number.NaN, 'bitcast<f32>(bits_7fc00000)'],
  [Number.POSITIVE_INFINITY, 'bitcast<f32>(bits_7f800000)'],
  [3.4028234663852886e38, 'bitcast<f32>(bits_7f7fffff)'],
  [1e-45, 'bitcast<f32>(bits_1)'],
])('floatLiteral(%p) returns the WGSL expression %s', (value, text) => {
  expect(floatLiteral(value, bits)).toBe(text);
});

test.each([
  ['int32', -2147483648, 'i32(-2147483648)'],
  ['int32', 7, '7i'],
  ['uint32', 4294967295, '4294967295u'],
  ['uint8', 255, '255u'],
  ['bool', 1, 'true'],
] as const)('literal(%s, %p) returns the WGSL expression %s', (dtype, value, text) => {
  expect(literal(dtype, value, bits)).toBe(text);
});
