import { describe, expect, test } from '@jest/globals';
import { checkHostArray, hostArray } from './host-array.ts';

test('a host array keeps the elements that it is given', () => {
  const data = Float32Array.of(1, 2, 3, 4);
  const array = hostArray('float32', [2, 2], data);
  expect(array).toEqual({ dtype: 'float32', shape: [2, 2], data });
  expect(array.data).toBe(data);
});

describe('what does not fit together', () => {
  /** As plain JavaScript calls it. */
  function errorOf(...args: readonly unknown[]): unknown {
    try {
      return Reflect.apply(hostArray, null, args);
    } catch (error) {
      return error;
    }
  }

  test.each<[string, readonly unknown[], object]>([
    ['too few elements', ['float32', [3], Float32Array.of(1, 2)], { code: 'shape', data: { shape: [3], length: 2 } }],
    ['another kind of array', ['int32', [1], Float32Array.of(1)], { code: 'dtype', data: { given: 'a Float32Array' } }],
    ['plain numbers', ['float32', [2], [1, 2]], { code: 'dtype', data: { given: 'an array of length 2' } }],
    ['a dtype that there is not', ['float', [1], Float32Array.of(1)], { code: 'dtype', data: { dtype: 'float' } }],
    ['a length in place of a shape', ['float32', 1, Float32Array.of(1)], { code: 'argument' }],
  ])('%s', (_, args, error) => {
    expect(errorOf(...args)).toMatchObject({ op: 'hostArray', ...error });
  });
});

describe('an impossible shape', () => {
  test.each<[string, readonly unknown[], number]>([
    ['negative lengths whose product fits', [-1, -2], 2],
    ['fractional lengths whose product fits', [0.25, 4], 1],
    ['a fractional length and a rest', [2.5, 4], 10],
    ['a length that is not a number', [Number.NaN], 0],
    ['an infinite length', [Number.POSITIVE_INFINITY, 0], 0],
    ['a string', ['2'], 2],
    ['a hole', new Array(1), 1],
    ['a nested list', [[2]], 2],
    ['more elements than can be counted', [2 ** 30, 2 ** 30], 4],
    ['too many elements beside an empty axis', [2 ** 30, 0, 2 ** 30], 0],
  ])('is refused: %s', (_, shape, length) => {
    const make = (): unknown => Reflect.apply(hostArray, null, ['float32', shape, new Float32Array(length)]);
    expect(make).toThrow(expect.objectContaining({ code: 'shape', op: 'hostArray' }));
  });

  test('is named with its axis and what lengths may be', () => {
    expect(() => hostArray('float32', [2, -3], new Float32Array(6))).toThrow(
      '[hostArray] Shape [2, -3] has length -3 on axis 1. Lengths must be integers of at least 0.',
    );
  });
});

test('checkHostArray names what is not a host array at all', () => {
  for (const given of [null, undefined, 3, [1], new Float32Array(2), {}, { dtype: 'float32', shape: [1] }]) {
    expect(() => checkHostArray('predict', given)).toThrow(
      expect.objectContaining({ code: 'argument', op: 'predict' }),
    );
  }
});
