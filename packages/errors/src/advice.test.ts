import { expect, test } from '@jest/globals';
import { ManabiError, positiveInteger, readArgument, readOptions } from './index.ts';
import { advice, adviceOn, formatGiven, isPlainObject } from './internal.ts';

const handle = { [advice]: 'Open it first.' };

test('adviceOn advises to await a promise, and returns the text that an object has under the key `advice`', () => {
  expect(adviceOn(handle)).toBe('Open it first.');
  expect(adviceOn(Promise.resolve(1))).toBe('Await it first.');
  for (const given of [undefined, null, 3, 'a', {}, { [advice]: 3 }]) expect(adviceOn(given)).toBe('');
});

test('error messages for invalid arguments and options end with the advice for the received value', () => {
  const inArgument = () => readArgument('f', 'x', handle, positiveInteger);
  expect(inArgument).toThrow(
    new ManabiError('argument', '`x` must be a positive integer; got an empty object. Open it first.', {
      op: 'f',
    }),
  );
  const inOptions = () =>
    readOptions(
      'f',
      new (class {
        [advice] = 'Open it first.';
      })(),
      { x: positiveInteger },
    );
  expect(inOptions).toThrow(/Open it first\.$/);
});

test('adviceOn, isPlainObject and formatGiven return results for objects that throw when a property is read', () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(adviceOn(proxy)).toBe('');
  expect(isPlainObject(proxy)).toBe(false);
  expect(formatGiven(proxy)).toBe('an object that cannot be read');
});
