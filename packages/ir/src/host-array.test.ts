import { describe, expect, test } from '@jest/globals';
import { hostArray } from './host-array.ts';

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
