import { expect, test } from '@jest/globals';
import { outputDifference } from './same-output.ts';

test.each([
  [['accuracy 0.9475', 'done'], ['accuracy 0.9402', 'done'], null],
  [['0 1 1 0'], ['0 1 0 0'], 'line 1: expected "0 1 1 0", got "0 1 0 0"'],
  [['loss 0.1'], ['loss 0.9'], 'line 1: expected "loss 0.1", got "loss 0.9"'],
  [['loss 0.1'], ['loss NaN'], 'line 1: expected "loss 0.1", got "loss NaN"'],
  [['a', 'b'], ['a'], 'line 2: expected "b", got undefined'],
  [['positive 1.00 text'], ['negative 1.00 text'], 'line 1: expected "positive 1.00 text", got "negative 1.00 text"'],
])('compares %j with %j', (recorded, actual, difference) => {
  expect(outputDifference(recorded, actual)).toBe(difference);
});
