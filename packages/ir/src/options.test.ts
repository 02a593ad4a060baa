import { describe, expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/errors';
import { checkOptions, type OptionNames } from './options.ts';

interface Options {
  readonly rate?: number;
  readonly name?: string;
}

const known: OptionNames<Options> = { rate: true, name: true };

/** As plain JavaScript calls it. */
function errorOf(options: unknown): unknown {
  try {
    Reflect.apply(checkOptions, null, ['f', options, known]);
  } catch (error) {
    return error;
  }
  return null;
}

describe('options from plain JavaScript', () => {
  test.each([[{}], [{ rate: 1 }], [{ rate: undefined, name: 'a' }], [Object.create(null)]])(
    '%p are right',
    (options) => {
      expect(errorOf(options)).toBeNull();
    },
  );

  test('a name that is not known is an error, with those that are', () => {
    const error = errorOf({ rat: 1 });
    expect(error).toBeInstanceOf(ManabiError);
    expect(error).toMatchObject({ code: 'argument', op: 'f', data: { option: 'rat', known: ['rate', 'name'] } });
  });

  test.each([[0.1], ['int32'], [[2, 3]], [null], [new Float32Array(1)], [Promise.resolve({})], [true]])(
    '%p is no object of options',
    (options) => {
      expect(errorOf(options)).toMatchObject({ code: 'argument', op: 'f', data: { known: ['rate', 'name'] } });
    },
  );
});
