import { describe, expect, test } from '@jest/globals';
import { ManabiError } from '@manabi/core';
import { input, layers, model, sequential } from '../index.ts';

/** Calls as plain JavaScript may, whatever the types say. */
function outcome(make: unknown, ...given: readonly unknown[]): unknown {
  if (typeof make !== 'function') throw new TypeError('Not a function.');
  try {
    Reflect.apply(make, undefined, given);
    return 'made';
  } catch (error) {
    return error instanceof ManabiError ? error.code : error;
  }
}

describe('without options, or with null', () => {
  test.each(Object.entries(layers))('%s makes a layer or says what it takes', (_name, make) => {
    expect(['made', 'argument']).toContain(outcome(make));
    expect(outcome(make, null)).toBe('argument');
  });
});

test.each<[string, unknown, readonly unknown[]]>([
  ['input()', input, []],
  ['input(null)', input, [null]],
  ['input of a shape that is no list', input, [{ shape: 3 }]],
  ['input of a batchShape that is no list', input, [{ batchShape: 3 }]],
  ['dense of an inputShape that is no list', layers.dense, [{ units: 1, inputShape: 3 }]],
  ['model()', model, []],
  ['sequential of a layer', sequential, [layers.dense({ units: 1 })]],
])('%s is an error that says what is taken', (_name, make, given) => {
  expect(outcome(make, ...given)).toBe('argument');
});
