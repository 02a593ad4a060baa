import { describe, expect, test } from '@jest/globals';
import {
  anyOf,
  boolean,
  count,
  decay,
  eachOf,
  functionOf,
  integer,
  type Kind,
  type KindsOf,
  listOf,
  ManabiError,
  nullable,
  number,
  objectOf,
  oneOf,
  oneOrMany,
  optional,
  positiveInteger,
  readArgument,
  readOptions,
  recordOf,
  signal,
  text,
  withMethods,
} from './index.ts';

interface LayerOptions {
  readonly units: number;
  readonly useBias?: boolean;
  readonly learningRate?: number;
  readonly padding?: 'valid' | 'same';
  readonly kernelSize?: number | readonly number[];
}

const kinds = {
  units: positiveInteger,
  useBias: optional(boolean, true),
  learningRate: optional(number({ above: 0 })),
  padding: optional(oneOf('valid', 'same'), 'valid'),
  kernelSize: optional(eachOf(positiveInteger, 2), 3),
} satisfies KindsOf<LayerOptions>;

function errorOf(read: () => unknown): unknown {
  try {
    read();
  } catch (error) {
    return error;
  }
  return null;
}

describe('readOptions', () => {
  test('returns all options, with the defaults of those that were omitted', () => {
    expect(readOptions('f', { units: 2 }, kinds)).toEqual({
      units: 2,
      useBias: true,
      learningRate: undefined,
      padding: 'valid',
      kernelSize: [3, 3],
    });
    expect(readOptions('f', { units: 2, padding: 'SAME', kernelSize: [1, 2] }, kinds)).toMatchObject({
      padding: 'same',
      kernelSize: [1, 2],
    });
  });

  test('rejects a promise and advises to await it', () => {
    expect(errorOf(() => readOptions('f', { units: Promise.resolve(2) }, kinds))).toMatchObject({
      message: '[f] `units` must be a positive integer; got a promise. Await it first.',
    });
  });

  test('rejects an unknown name and reports the nearest names', () => {
    const error = errorOf(() => readOptions('f', { unit: 1 }, kinds));
    expect(error).toBeInstanceOf(ManabiError);
    expect(error).toMatchObject({ code: 'argument', op: 'f', data: { name: 'unit', nearest: ['units'] } });
    expect(errorOf(() => readOptions('f', { units: 1, lr: 1 }, kinds))).toMatchObject({
      data: { name: 'lr', nearest: ['learningRate'] },
    });
  });

  test('accepts the names in `others`, and suggests them for misspelt names', () => {
    const others = ['trainable'];
    expect(readOptions('f', { units: 1, trainable: 3 }, kinds, { others })).not.toHaveProperty('trainable');
    expect(errorOf(() => readOptions('f', { units: 1, trainabel: true }, kinds, { others }))).toMatchObject({
      data: { name: 'trainabel', nearest: ['trainable'] },
    });
  });

  test('adds the text from `hints` to the message about an option of another function', () => {
    const hints = { epochs: 'Pass it to fit().' };
    expect(errorOf(() => readOptions('f', { units: 1, epochs: 3 }, kinds, { hints }))).toMatchObject({
      message: "[f] Unknown option 'epochs'. Pass it to fit().",
      data: { name: 'epochs', nearest: [] },
    });
  });

  test('rejects a missing required option and names it', () => {
    expect(errorOf(() => readOptions('f', {}, kinds))).toMatchObject({
      code: 'argument',
      message: '[f] `units` is required: pass a positive integer.',
      data: { name: 'units', expected: 'a positive integer', given: undefined },
    });
  });

  test('rejects an invalid value with a message that states the expected and the received value', () => {
    expect(errorOf(() => readOptions('f', { units: -3 }, kinds))).toMatchObject({
      message: '[f] `units` must be a positive integer; got -3.',
      data: { name: 'units', given: -3 },
    });
    expect(errorOf(() => readOptions('f', { units: 1, padding: 'smae' }, kinds))).toMatchObject({
      message: "[f] `padding` must be 'valid' or 'same'; got \"smae\". Did you mean 'same'?",
    });
  });

  test.each([
    ['null', null],
    ['an array', [2]],
    ['a number', 2],
    ['a Map', new Map([['units', 2]])],
    ['a typed array', new Float32Array(1)],
    ['a promise', Promise.resolve({ units: 2 })],
    [
      'an instance of a class',
      new (class Options {
        units = 2;
      })(),
    ],
    ['an object that inherits from options', Object.create({ units: 2 })],
  ])('rejects %s as options', (_, given) => {
    expect(errorOf(() => readOptions('f', given, kinds))).toMatchObject({ code: 'argument', op: 'f' });
  });

  test('accepts options in an object without a prototype', () => {
    expect(readOptions('f', Object.assign(Object.create(null), { units: 2 }), kinds).units).toBe(2);
  });
});

describe('validators', () => {
  const nothing = Symbol('nothing');
  const cases: readonly (readonly [string, Kind<unknown>, readonly unknown[], readonly unknown[]])[] = [
    ['number()', number(), [0, -1.5, 1e300], [Number.NaN, Infinity, '1', 1n, null, [1], nothing, true]],
    ['number({ min: 0, below: 1 })', number({ min: 0, below: 1 }), [0, 0.5], [1, -0.1, -Infinity]],
    ['number({ above: 0, max: 1 })', number({ above: 0, max: 1 }), [1, 1e-9], [0, -0, 1.1]],
    ['decay', decay, [0, 0.999], [1, Number.NaN]],
    ['integer()', integer(), [0, -5, Number.MAX_SAFE_INTEGER], [0.5, 2 ** 53, '2']],
    ['positiveInteger', positiveInteger, [1], [0, -1, 1.5, Infinity]],
    ['count', count, [0, 3], [-1]],
    ['boolean', boolean, [true, false], ['no', 0, 1, null]],
    ['text', text, ['', 'a'], [1, Symbol('a'), ['a']]],
    ['nullable(text)', nullable(text), [null, 'a'], [undefined, 1]],
    ['functionOf()', functionOf(), [() => 1, Math.max], [{}, 'f', class Thing {}]],
    ['listOf(count)', listOf(count), [[], [1, 2]], [1, [1.5], [undefined], { length: 2 }, new Int32Array(2)]],
    ['listOf(count, { length: 2 })', listOf(count, { length: 2 }), [[1, 2]], [[1], [1, 2, 3]]],
    ['listOf(count, { min: 1 })', listOf(count, { min: 1 }), [[1, 2]], [[]]],
    ['eachOf(count, 2)', eachOf(count, 2), [1, [1, 2]], [-1, [1], [1, 2, 3], ['a', 'b'], null]],
    ['oneOrMany(count)', oneOrMany(count), [1, [1], [1, 2]], [-1, [], [1, 'a'], null]],
    ['recordOf(text)', recordOf(text), [{}, { a: 'b' }], [{ a: 1 }, [], new Map()]],
    [
      'objectOf({ a: text, b: optional(count) })',
      objectOf({ a: text, b: optional(count) }),
      [{ a: 'b' }, { a: 'b', b: 2 }],
      [{}, { a: 1 }, { a: 'b', c: 1 }, new Map([['a', 'b']]), null],
    ],
    ['anyOf(number(), text)', anyOf(number(), text), [1, 'a'], [true, Number.NaN]],
    ['withMethods', withMethods<Map<1, 2>>('get', 'set'), [new Map(), { get() {}, set() {} }], [{ get() {} }, 1, null]],
    ['signal', signal, [new AbortController().signal], [{}, new AbortController(), { aborted: 1 }]],
  ];

  test.each(cases)('%s accepts valid values and rejects invalid ones', (_, kind, right, wrong) => {
    for (const given of right) {
      expect(kind.accepts(given)).toBe(true);
      expect(errorOf(() => readArgument('f', 'x', given, kind))).toBeNull();
    }
    for (const given of wrong) {
      expect(errorOf(() => readArgument('f', 'x', given, kind))).toMatchObject({ code: 'argument', op: 'f' });
    }
  });

  test('listOf reports the index of an invalid item', () => {
    expect(errorOf(() => readArgument('f', 'sizes', [1, 2, 'a'], listOf(count)))).toMatchObject({
      data: { name: 'sizes[2]', given: 'a' },
    });
  });

  test('objectOf reports the full name of an invalid or unknown field, such as clipping.rmin', () => {
    const limits = objectOf({ rmin: optional(count), rmax: optional(count, 3) });
    expect(readArgument('f', 'clipping', {}, limits)).toEqual({ rmax: 3 });
    expect(errorOf(() => readArgument('f', 'clipping', { rmin: -1 }, limits))).toMatchObject({
      data: { name: 'clipping.rmin', given: -1 },
    });
    expect(errorOf(() => readArgument('f', 'clipping', { rmni: 1 }, limits))).toMatchObject({
      data: { name: 'clipping.rmni', nearest: ['rmin', 'rmax'] },
    });
  });

  test('listOf rejects an array that contains itself', () => {
    const list: unknown[] = [1];
    list.push(list);
    expect(errorOf(() => readArgument('f', 'sizes', list, listOf(count)))).toMatchObject({
      data: { name: 'sizes[1]', given: 'an array of length 2' },
    });
  });

  test('have a property `expected`, which describes the valid values for error messages', () => {
    expect(number().expected).toBe('a finite number');
    expect(number({ min: 0, below: 1 }).expected).toBe('a number in [0, 1)');
    expect(number({ min: 0 }).expected).toBe('a non-negative number');
    expect(number({ above: 0 }).expected).toBe('a positive number');
    expect(number({ above: 1 }).expected).toBe('a number greater than 1');
    expect(integer().expected).toBe('an integer');
    expect(integer({ min: 0 }).expected).toBe('a non-negative integer');
    expect(integer({ min: 1 }).expected).toBe('a positive integer');
    expect(integer({ min: 1, max: 4 }).expected).toBe('an integer in [1, 4]');
    expect(integer({ min: 2 }).expected).toBe('an integer of at least 2');
    expect(integer({ max: 5 }).expected).toBe('an integer of at most 5');
    expect(oneOf('a', 'b', 'c').expected).toBe("'a', 'b' or 'c'");
    expect(eachOf(positiveInteger, 2).expected).toBe('a positive integer, or an array of 2 such values');
    expect(listOf(text).expected).toBe('an array in which every item is a string');
    expect(listOf(text, { min: 1 }).expected).toBe('an array of at least 1 item, each a string');
    expect(oneOrMany(text).expected).toBe('a string, or a non-empty array of such values');
  });
});
