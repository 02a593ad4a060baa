import { expect, test } from '@jest/globals';
import { describeGiven } from './given.ts';

test.each<[unknown, string]>([
  [undefined, 'undefined'],
  [null, 'null'],
  [3, 'the number 3'],
  [10n, 'the bigint 10'],
  [true, 'true'],
  ['relu', 'the string "relu"'],
  ['x'.repeat(50), `the string "${'x'.repeat(40)}…"`],
  [Symbol('s'), 'a symbol'],
  [[1, 2, 3], 'an array of length 3'],
  [new Float32Array(2), 'a Float32Array'],
  [new Uint8Array(2), 'a Uint8Array'],
  [new Int8Array(2), 'an Int8Array'],
  [Promise.resolve(1), 'a promise'],
  [() => 1, 'a function'],
  [Math.max, 'the function max'],
  [{ dtype: 'float32', shape: [2, 3], data: new Float32Array(6) }, 'a host array float32[2, 3]'],
  [{ x: 1, y: 2 }, 'an object with x, y'],
  [{}, 'an empty object'],
  [Object.create(null), 'an empty object'],
  [new Map(), 'an instance of Map'],
  [(function* () {})(), 'an instance of Generator'],
])('describeGiven describes %p as %s', (given, description) => {
  expect(describeGiven(given)).toBe(description);
});
