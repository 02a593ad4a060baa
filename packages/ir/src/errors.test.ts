import { describe, expect, test } from '@jest/globals';
import { withData } from '@manabi/errors/internal';
import { ManabiError } from './index.ts';

describe('withData', () => {
  test('returns a copy with more data and the same code, operator, message and cause', () => {
    const cause = new Error('underlying cause');
    const error = new ManabiError('shape', 'The shapes differ.', { op: 'add', data: { a: 1 }, cause });
    const further = withData(error, { b: 2 });
    expect(further).toMatchObject({ code: 'shape', op: 'add', data: { a: 1, b: 2 }, message: error.message, cause });
    expect(error.data).toEqual({ a: 1 });
  });

  test('returns an error without an operator if the original error has no operator', () => {
    const error = new ManabiError('file', 'The file is missing.');
    expect(withData(error, { path: 'x' })).toMatchObject({ message: error.message, data: { path: 'x' } });
  });
});
