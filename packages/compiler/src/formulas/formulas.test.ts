import { describe, expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import { type FormulaName, formulas } from './index.ts';
import { wordAlgebra } from './word-algebra.fixture.ts';

// Local copies of globals such as Math, which are used for every element, because Jest makes access to globals slow.
const { fround, sign, exp } = Math;
const { is } = Object;
const infinity = Number.POSITIVE_INFINITY;

const words = new Float32Array(1);
const bits = new Int32Array(words.buffer);

function apply(name: FormulaName, ...operands: readonly number[]): number {
  const given = operands.map((x) => {
    words[0] = x;
    return bits[0];
  });
  bits[0] = formulas[name](wordAlgebra, ...given);
  return words[0];
}

function fromBits(value: number): number {
  bits[0] = value;
  return words[0];
}

/**
 * Returns the error of a float32 result in ulp. An infinite result counts as 2^128, the number after the largest
 * float32.
 */
function errorInUlps(actual: number, exact: number): number {
  if (is(actual, fround(exact))) return 0;
  if (Number.isNaN(exact) || Number.isNaN(actual)) return infinity;
  const capped = (value: number): number => Math.min(Math.max(value, -(2 ** 128)), 2 ** 128);
  const exponent = Math.min(Math.max(Math.floor(Math.log2(Math.abs(exact))), -126), 127);
  return Math.abs(capped(actual) - capped(exact)) / 2 ** (exponent - 23);
}

const SPECIALS = [
  0,
  Number.NaN,
  infinity,
  fround(3.4028234663852886e38),
  2 ** -149,
  2 ** -127,
  1,
  2 ** -30,
  0.5,
  1.5,
  3,
].flatMap((x) => [x, -x]);

/**
 * Returns test inputs: special values, random numbers with all exponents, random numbers near 0, and random numbers up
 * to a few thousand.
 */
function someNumbers(count: number, seed: number): number[] {
  const random = randomSource(seed);
  const scales = [2, 20, 6000];
  const drawn = Array.from({ length: count }, (_, i) => {
    if (i % 4 === 0) return fromBits((random.next() * 2 ** 32) | 0);
    return fround((random.next() - 0.5) * scales[(i % 4) - 1]);
  });
  return [...SPECIALS, ...drawn];
}

interface Worst {
  readonly error: number;
  readonly at: readonly number[];
}

function worst(
  name: FormulaName,
  exact: (x: number, y: number) => number,
  cases: readonly (readonly number[])[],
): Worst {
  let found: Worst = { error: 0, at: [] };
  for (const at of cases) {
    const error = errorInUlps(apply(name, ...at), exact(at[0], at[at.length - 1]));
    if (error > found.error) found = { error, at };
  }
  return found;
}

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)));

describe('formulas without float64', () => {
  test.each<[FormulaName, number, (x: number) => number]>([
    ['exp', 1.1, exp],
    ['exp2', 1.1, (x) => 2 ** x],
    ['expm1', 2, Math.expm1],
    ['log', 1, Math.log],
    ['log1p', 1, Math.log1p],
    ['sin', 2, Math.sin],
    ['cos', 2, Math.cos],
    ['tan', 3.2, Math.tan],
    ['asin', 2.5, Math.asin],
    ['atan', 2.2, Math.atan],
    ['tanh', 2.6, Math.tanh],
    ['sigmoid', 2.5, sigmoid],
  ])('%s has an error of at most %f ulp', (name, bound, exact) => {
    const { error, at } = worst(
      name,
      exact,
      someNumbers(20_000, 1).map((x) => [x]),
    );
    expect({ at, isWithin: error <= bound }).toEqual({ at, isWithin: true });
  });

  test('pow has an error of at most 1.6 ulp', () => {
    const random = randomSource(2);
    const drawn = Array.from({ length: 20_000 }, (_, i): readonly number[] => {
      const [x, y] = [random.next(), random.next() - 0.5];
      if (i % 3 === 0) return [fround(x * 100), fround(y * 20)];
      if (i % 3 === 1) return [fround(1 + (x - 0.5) / 100), fround(y * 1e4)];
      return [fround(2 ** ((x - 0.5) * 200)), fround(y * 2)];
    });
    const exact = (x: number, y: number): number => (x === 1 || (x === -1 && Math.abs(y) === infinity) ? 1 : x ** y);
    const { error, at } = worst('pow', exact, [...pairs(someNumbers(100, 3)), ...drawn]);
    expect({ at, isWithin: error <= 1.6 }).toEqual({ at, isWithin: true });
  });

  test('rem returns the exact remainder', () => {
    expect(worst('rem', (x, y) => x % y, pairs(someNumbers(100, 4)))).toEqual({ error: 0, at: [] });
  });

  test('erf(-x) equals -erf(x), and erf(x) is exactly 1 for x above 3.92', () => {
    for (const x of someNumbers(1000, 5)) {
      if (Number.isNaN(x)) continue;
      expect(apply('erf', -x)).toBe(-apply('erf', x));
      if (Math.abs(x) > 3.92) expect(apply('erf', x)).toBe(sign(x));
    }
  });
});

function pairs(numbers: readonly number[]): (readonly number[])[] {
  return numbers.flatMap((x) => numbers.map((y) => [x, y]));
}
