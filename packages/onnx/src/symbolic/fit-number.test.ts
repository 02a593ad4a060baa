import { describe, expect, test } from '@jest/globals';
import { fitNumber } from './fit-number.ts';
import { formatLength, type Length, lengthAt, linear, openLength, productOf, sumOf } from './length.ts';
import { ATTEMPT_COUNT, trialsOf } from './trials.ts';

type Size = (at: (name: string) => number) => number;

function fitted(variables: readonly string[], size: Size): string | null {
  const trials = trialsOf(variables);
  const values = trials.points.map((point) => size((name) => point.get(name) ?? Number.NaN));
  const length = fitNumber(values, trials);
  return length === null ? null : formatLength(length);
}

test('trialsOf returns the batch sizes 5, 7 and 12', () => {
  expect(trialsOf(['batch']).points.map((point) => point.get('batch'))).toEqual([5, 7, 12]);
});

describe('fitNumber', () => {
  test.each<[string, readonly string[], Size]>([
    ['3', [], () => 3],
    ['3', ['batch'], () => 3],
    ['batch', ['batch'], (at) => at('batch')],
    ['-2*batch+7', ['batch'], (at) => 7 - 2 * at('batch')],
    ['batch', ['batch', 'words'], (at) => at('batch')],
    ['batch*words', ['batch', 'words'], (at) => at('batch') * at('words')],
    [
      '4*batch*words+batch-3*words+2',
      ['batch', 'words'],
      (at) => (4 * at('batch') - 3) * at('words') + at('batch') + 2,
    ],
    ['a*b*c-1', ['a', 'b', 'c'], (at) => at('a') * at('b') * at('c') - 1],
  ])('finds the formula %s from the values of a number at several lengths', (text, variables, size) => {
    const sorted = (terms: string) => terms.replaceAll('-', '+-').split('+').sort();
    expect(sorted(fitted(variables, size) ?? '')).toEqual(sorted(text));
  });

  test.each<[string, readonly string[], Size]>([
    ['a square', ['batch'], (at) => at('batch') ** 2],
    ['a reciprocal', ['batch'], (at) => 1 / at('batch')],
    ['a half, rounded down', ['words'], (at) => Math.floor(at('words') / 2)],
    ['a quarter, rounded up', ['batch', 'words'], (at) => Math.ceil(at('words') / 4)],
    ['a maximum', ['batch', 'words'], (at) => Math.max(at('batch'), 6)],
  ])('returns null for %s', (_, variables, size) => {
    expect(fitted(variables, size)).toBeNull();
  });
});

test('trialsOf returns odd and even multiples of which none is a multiple of another, in every attempt', () => {
  for (let attempt = 0; attempt < ATTEMPT_COUNT; attempt++) {
    const { points } = trialsOf(['batch', 'height', 'width'], new Map(), attempt);
    for (const name of ['height', 'width']) {
      const values = [...new Set(points.map((point) => point.get(name) ?? 0))];
      expect(values).toHaveLength(3);
      for (const a of values) for (const b of values) if (a !== b) expect(a % b).not.toBe(0);
      // With lengths of one parity, a length rounded down to an even number would look like the length minus 1.
      const unit = values.reduce((divisor, value) => greatestDivisor(divisor, value));
      expect(new Set(values.map((value) => (value / unit) % 2)).size).toBe(2);
    }
  }
});

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

test('linear, productOf and sumOf return formulas that evaluate to the expected lengths', () => {
  const [n, t] = [openLength('batch'), openLength('words')];
  const point = new Map([
    ['batch', 3],
    ['words', 5],
  ]);
  const cases: readonly [Length, number][] = [
    [productOf([linear(n, 2, 1), linear(t, 1, -1)]), 7 * 4],
    [productOf([n, n, 2]), 18],
    [productOf([n, 0]), 0],
    [sumOf([n, linear(n, -1), 4]), 4],
    [sumOf([productOf([n, t]), 1, t]), 21],
  ];
  for (const [length, value] of cases) expect(lengthAt(length, point)).toBe(value);
  expect(cases.map(([length]) => typeof length)).toEqual(['object', 'object', 'number', 'number', 'object']);
});
