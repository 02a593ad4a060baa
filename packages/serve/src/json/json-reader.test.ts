import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JsonReader } from './json-reader.ts';
import { isList, isNumbers, type JsonValue } from './json-value.ts';

/** Reads text in pieces of some bytes. */
function read(text: string, piece = Number.POSITIVE_INFINITY): JsonValue {
  const bytes = new TextEncoder().encode(text);
  const reader = new JsonReader();
  for (let at = 0; at < bytes.length; at += piece) reader.write(bytes.subarray(at, Math.min(bytes.length, at + piece)));
  return reader.end();
}

/** Converts a value to what `JSON.parse` returns. */
function plain(value: JsonValue): unknown {
  if (value === null || typeof value === 'string') return value;
  if (isList(value)) return value.map(plain);
  if (!isNumbers(value)) return Object.fromEntries([...value].map(([key, part]) => [key, plain(part)]));
  const { kind, shape, data } = value;
  let next = 0;
  const nested = (axis: number): unknown => {
    if (axis < shape.length) return Array.from({ length: shape[axis] }, () => nested(axis + 1));
    return kind === 'booleans' ? data[next++] === 1 : data[next++];
  };
  return nested(0);
}

/** Arbitrary values whose arrays are rectangular and contain one type. */
const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string(),
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc
      .integer({ min: 1, max: 3 })
      .chain((width) => fc.array(fc.array(fc.integer(), { minLength: width, maxLength: width }))),
    fc.array(fc.boolean()),
    fc.array(fc.string()),
    fc.array(fc.dictionary(fc.string(), tie('value'))),
    fc.dictionary(fc.string(), tie('value')),
  ),
}));

describe('JsonReader', () => {
  test('reads what JSON.parse reads, in pieces of any length', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, 2), (value, piece, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(plain(read(text, piece))).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    '0',
    '-0',
    '1',
    '-12.5',
    '1e3',
    '1E-3',
    '0.1',
    '123456789012345',
    '1234567890123456789',
    '0.30000000000000004',
    '1e22',
    '1e23',
    '5e-324',
    '1.7976931348623157e308',
    '9007199254740993',
    '0.000001',
    '1e-400',
    '123456789.123456789',
  ])('reads the number %s as JSON.parse does', (text) => {
    const value = read(` ${text} `);
    expect(plain(value)).toBe(JSON.parse(text));
    expect(plain(read(text, 1))).toBe(JSON.parse(text));
  });

  test('packs nested arrays of numbers into one array', () => {
    expect(read('{"x": [[1, 2, 3], [4, 5, 6]]}')).toEqual(
      new Map([['x', { kind: 'numbers', shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) }]]),
    );
  });

  test.each([
    ['', 'ends where a value is expected'],
    ['{', 'ends where a key or }'],
    ['[1, 2', "ends where ', or ]'"],
    ['[1,]', "Expected a value; got ']'"],
    ['[01]', 'Expected'],
    ['[1.]', 'Expected'],
    ['[.5]', 'Expected'],
    ['[+1]', 'Expected'],
    ['[1e]', 'Expected'],
    ['-', 'Expected'],
    ['[NaN]', 'JSON has no NaN'],
    ['[-Infinity]', 'JSON has no NaN'],
    ['[1e999]', 'out of range of float64'],
    ['[1] 2', 'Expected the end'],
    ['{"a" 1}', "Expected ':'"],
    ['{"a": 1, "a": 2}', "'a' occurs twice"],
    ['{1: 2}', 'Expected a key or }'],
    ['"abc', 'no end'],
    ['"\\x"', 'invalid escape'],
    ['"a\nb"', 'control character'],
    ['truth', 'Expected a value'],
    ['[1, "a"]', 'different types'],
    ['["a", 1]', 'different types'],
    ['[1, true]', 'different types'],
    ['[[1], ["a"]]', 'different types'],
    ['[{"a": 1}, [1]]', 'different types'],
    ['[[1, 2], [3]]', 'expected shape [2] as for the items before it; got shape [1]'],
    ['[1, [2]]', 'expected a number as for the items before it; got shape [1]'],
    ['[[1], 2]', 'expected shape [1] as for the items before it; got a number'],
  ])('rejects %s', (text, message) => {
    for (const piece of [1, 1000]) {
      expect(() => read(text, piece)).toThrow(
        expect.objectContaining({ code: 'invalid', message: expect.stringContaining(message) }),
      );
    }
  });

  test('states the position of an error', () => {
    expect(() => read('{"instances": [[1, 2], [x]]}', 4)).toThrow(expect.objectContaining({ data: { position: 24 } }));
  });

  test.each([
    ['arrays nested too deeply', '['.repeat(40)],
    ['objects nested too deeply', '{"a":'.repeat(40)],
    ['too many objects', `[${'{},'.repeat(200_001)}{}]`],
    ['a string that is too long', `"${'a'.repeat(2 ** 20 + 1)}`],
  ])('rejects %s, with status 413', (_, text) => {
    expect(() => read(text, 2 ** 16)).toThrow(expect.objectContaining({ code: 'tooLarge', status: 413 }));
  });

  test('treats __proto__ as a key like any other', () => {
    const value = read('{"__proto__": {"polluted": true}}');
    expect(value).toBeInstanceOf(Map);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});
