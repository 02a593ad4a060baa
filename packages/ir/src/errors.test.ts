import { describe, expect, test } from '@jest/globals';
import { withData } from '@manabi/errors/internal';
import { ManabiError } from './index.ts';

describe('withData', () => {
  test('says the same, with further facts', () => {
    const cause = new Error('why');
    const error = new ManabiError('shape', 'It does not fit.', { op: 'add', data: { a: 1 }, cause });
    const further = withData(error, { b: 2 });
    expect(further).toMatchObject({ code: 'shape', op: 'add', data: { a: 1, b: 2 }, message: error.message, cause });
    expect(error.data).toEqual({ a: 1 });
  });

  test('of an error without an operator', () => {
    const error = new ManabiError('file', 'It is not there.');
    expect(withData(error, { path: 'x' })).toMatchObject({ message: error.message, data: { path: 'x' } });
  });
});
