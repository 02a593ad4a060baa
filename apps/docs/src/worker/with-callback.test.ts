import { describe, expect, test } from '@jest/globals';
import { withCallback } from './with-callback.ts';

const callback = { onEpochEnd: () => {} };
const x = { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) };
const y = [[2]];
const stream = { async *[Symbol.asyncIterator]() {} };
async function* dataset() {
  yield [x, y];
}

describe('withCallback', () => {
  test.each([
    ['fit(x, y)', [x, y], [x, y, { callbacks: [callback] }]],
    ['fit(x, y, options)', [x, y, { epochs: 2 }], [x, y, { epochs: 2, callbacks: [callback] }]],
    ['fit(arrays by name, y)', [{ a: x }, y], [{ a: x }, y, { callbacks: [callback] }]],
    ['fit(generator)', [dataset], [dataset, undefined, { callbacks: [callback] }]],
    ['fit(stream, options)', [stream, { epochs: 2 }], [stream, null, { epochs: 2, callbacks: [callback] }]],
    [
      'fit(dataset, null, options)',
      [dataset, null, { epochs: 2 }],
      [dataset, null, { epochs: 2, callbacks: [callback] }],
    ],
  ])('adds a callback to %s', (_, given, expected) => {
    expect(withCallback(given, callback)).toEqual(expected);
  });

  test('keeps the callbacks of the program', () => {
    const own = { onTrainEnd: () => {} };
    expect(withCallback([x, y, { callbacks: [own] }], callback)).toEqual([x, y, { callbacks: [own, callback] }]);
  });

  test('passes invalid options on, which fit rejects', () => {
    expect(withCallback([x, y, 'options'], callback)).toEqual([x, y, 'options']);
    expect(withCallback([x, y, { callbacks: 1 }], callback)).toEqual([x, y, { callbacks: 1 }]);
  });
});
