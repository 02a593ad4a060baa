import { describe, expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/core';
import { input, layers, model, sequential } from '../index.ts';

/** Calls a function as untyped JavaScript may, and returns 'created' or the code of the error. */
function outcome(make: unknown, ...given: readonly unknown[]): unknown {
  if (typeof make !== 'function') throw new TypeError('Not a function.');
  try {
    Reflect.apply(make, undefined, given);
    return 'created';
  } catch (error) {
    return error instanceof ManabiError ? error.code : error;
  }
}

describe('layer factories', () => {
  test.each(Object.entries(layers))(
    '%s without options creates a layer or throws an argument error; with null, it throws an argument error',
    (_name, make) => {
      expect(['created', 'argument']).toContain(outcome(make));
      expect(outcome(make, null)).toBe('argument');
    },
  );
});

test.each<[string, unknown, readonly unknown[]]>([
  ['input()', input, []],
  ['input(null)', input, [null]],
  ['input() with a number as shape', input, [{ shape: 3 }]],
  ['input() with a number as batchShape', input, [{ batchShape: 3 }]],
  ['dense() with a number as inputShape', layers.dense, [{ units: 1, inputShape: 3 }]],
  ['model()', model, []],
  ['sequential() with a layer in place of a list', sequential, [layers.dense({ units: 1 })]],
])('%s throws an argument error', (_name, make, given) => {
  expect(outcome(make, ...given)).toBe('argument');
});
