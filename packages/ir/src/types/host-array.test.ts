import { describe, expect, test } from '@jest/globals';
import { checkHostArray, hostArray } from './host-array.ts';

test('hostArray uses the given element array without copying it', () => {
  const data = Float32Array.of(1, 2, 3, 4);
  const array = hostArray('float32', [2, 2], data);
  expect(array).toEqual({ dtype: 'float32', shape: [2, 2], data });
  expect(array.data).toBe(data);
});

describe('hostArray rejects', () => {
  /** Calls hostArray with arguments of any type, as a program in JavaScript can, and returns the error. */
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
    ['an unknown dtype', ['float', [1], Float32Array.of(1)], { code: 'dtype', data: { dtype: 'float' } }],
    ['a number as the shape', ['float32', 1, Float32Array.of(1)], { code: 'argument' }],
  ])('%s', (_, args, error) => {
    expect(errorOf(...args)).toMatchObject({ op: 'hostArray', ...error });
  });
});

describe('hostArray with an invalid shape', () => {
  test.each<[string, readonly unknown[], number]>([
    ['negative lengths whose product equals the number of elements', [-1, -2], 2],
    ['fractional lengths whose product equals the number of elements', [0.25, 4], 1],
    ['a fractional length although the product equals the number of elements', [2.5, 4], 10],
    ['a length that is not a number', [Number.NaN], 0],
    ['an infinite length', [Number.POSITIVE_INFINITY, 0], 0],
    ['a length that is a string', ['2'], 2],
    ['a sparse array as the shape', new Array(1), 1],
    ['a length that is an array', [[2]], 2],
    ['a number of elements above 2^53 - 1', [2 ** 30, 2 ** 30], 4],
    ['lengths whose product exceeds 2^53 - 1, apart from an axis of length 0', [2 ** 30, 0, 2 ** 30], 0],
  ])('rejects %s', (_, shape, length) => {
    const make = (): unknown => Reflect.apply(hostArray, null, ['float32', shape, new Float32Array(length)]);
    expect(make).toThrow(expect.objectContaining({ code: 'shape', op: 'hostArray' }));
  });

  test('reports the shape and the invalid axis in the data of the error', () => {
    expect(() => hostArray('float32', [2, -3], new Float32Array(6))).toThrow(
      expect.objectContaining({ code: 'shape', op: 'hostArray', data: { shape: [2, -3], axis: 1 } }),
    );
  });
});

test('checkHostArray rejects values that are not host arrays', () => {
  for (const given of [null, undefined, 3, [1], new Float32Array(2), {}, { dtype: 'float32', shape: [1] }]) {
    expect(() => checkHostArray('predict', given)).toThrow(
      expect.objectContaining({ code: 'argument', op: 'predict' }),
    );
  }
});
