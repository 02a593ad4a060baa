import { describe, expect, test } from '@jest/globals';
import { verbosely, withCallback, withOptions } from './with-options.ts';

const x = { dtype: 'float32', shape: [1, 1], data: Float32Array.of(1) };
const y = [[2]];
const stream = { async *[Symbol.asyncIterator]() {} };
async function* generator() {
  yield [x, y];
}

describe('withOptions', () => {
  test.each([
    ['(x)', [x], [x, undefined, { a: 1 }]],
    ['(x, y)', [x, y], [x, y, { a: 1 }]],
    ['(x, y, options)', [x, y, { epochs: 2 }], [x, y, { epochs: 2, a: 1 }]],
    ['(arrays by name, y)', [{ a: x }, y], [{ a: x }, y, { a: 1 }]],
    ['(generator)', [generator], [generator, undefined, { a: 1 }]],
    ['(stream, options)', [stream, { epochs: 2 }], [stream, null, { epochs: 2, a: 1 }]],
    ['(stream, null, options)', [stream, null, { epochs: 2 }], [stream, null, { epochs: 2, a: 1 }]],
    ['(x, y, invalid options)', [x, y, 'options'], [x, y, 'options']],
  ])('changes the options of %s', (_, given, expected) => {
    expect(withOptions(given, (options) => ({ ...options, a: 1 }))).toEqual(expected);
  });
});

test.each([
  [{}, { verbose: 2 }],
  [{ verbose: 'auto' }, { verbose: 2 }],
  [{ verbose: 0 }, { verbose: 0 }],
])('verbosely prints lines for %j', (given, expected) => {
  expect(verbosely(given)).toEqual(expected);
});

test('withCallback keeps the callbacks of the program, and invalid ones', () => {
  const [own, more] = [{ onTrainEnd: () => {} }, { onEpochEnd: () => {} }];
  expect(withCallback({}, more)).toEqual({ callbacks: [more] });
  expect(withCallback({ callbacks: [own] }, more)).toEqual({ callbacks: [own, more] });
  expect(withCallback({ callbacks: 1 }, more)).toEqual({ callbacks: 1 });
});
