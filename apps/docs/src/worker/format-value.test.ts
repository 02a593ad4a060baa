import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { formatLine } from './format-value.ts';

test.each(
  [
    ['text', 1, true, null, undefined],
    [[1, 2, 3]],
    [{ loss: 0.5, name: "it's", nested: { a: [1, 'b'] } }],
    [[]],
    [{}],
    [-0, 2n],
    [new Map([['a', 1]])],
    [new Set([1, 2])],
    [new Float32Array([1, 0.5])],
    [{ 'a-b': 1 }],
  ].map((values) => [values]),
)('formats %p like Node', (values) => {
  const expected = values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ');
  expect(formatLine(values).replaceAll('"', "'")).toBe(expected.replaceAll('"', "'").replace("'it's'", "'it\\'s'"));
});

test('uses the text of objects that have one', () => {
  class Scores {
    toString(): string {
      return 'precision 1.0';
    }
  }
  expect(formatLine([new Scores()])).toBe('precision 1.0');
});

test('shortens long lists, and survives circles', () => {
  expect(formatLine([Array.from({ length: 103 }, () => 0)])).toContain('... 3 more items');
  const circle: unknown[] = [];
  circle.push(circle);
  expect(formatLine([circle])).toBe('[ [Circular] ]');
});
