import { beforeAll, describe, expect, test } from '@jest/globals';
import { type FormulaName, formulas } from '@manabi/compiler';
import { randomSource } from '@manabi/testing';
import { erf64 } from '../../runtime/erf64.ts';

import { fusesMultiplyAdd } from '../../wasm/fused.ts';
import { runExpression } from './run-expression.ts';
import { vectorAlgebra } from './vector-algebra.ts';

// Copies of globals used for every element, because globals are slow to look up in the VM context of a test.
const { fround, exp } = Math;
const { is } = Object;

/** Whether `run` uses fused multiply-add. */
let fused = false;

function run(name: FormulaName, ...operands: readonly Float32Array[]): Float32Array {
  const words = operands.map(({ buffer, byteOffset, length }) => new Uint32Array(buffer, byteOffset, length));
  return new Float32Array(
    runExpression((module, ...x) => formulas[name](vectorAlgebra(module), ...x), words, fused).buffer,
  );
}

/**
 * Returns the error of a float32 result in units in the last place of the exact value; 0 for the nearest float32. Infinity
 * counts as 2^128, the power of two after the largest number.
 */
function errorInUlps(actual: number, exact: number): number {
  if (is(actual, fround(exact))) return 0;
  if (Number.isNaN(exact) || Number.isNaN(actual)) return infinity;
  const exponent = Math.min(Math.max(Math.floor(Math.log2(Math.abs(exact))), -126), 127);
  return Math.abs(capped(actual) - capped(exact)) / 2 ** (exponent - 23);
}

function capped(value: number): number {
  return Math.min(Math.max(value, -(2 ** 128)), 2 ** 128);
}

interface Worst {
  readonly error: number;
  readonly operands: readonly number[];
  readonly actual: number;
  readonly exact: number;
}

/** Computes a function and returns its operands and result at the element with the largest error. */
function worstOf(name: FormulaName, exact: (x: number, y: number) => number, ...operands: Float32Array[]): Worst {
  const results = run(name, ...operands);
  let worst: Worst = { error: 0, operands: [], actual: 0, exact: 0 };
  results.forEach((actual, i) => {
    const expected = exact(operands[0][i], operands[operands.length - 1][i]);
    const error = errorInUlps(actual, expected);
    if (error > worst.error) worst = { error, operands: operands.map((x) => x[i]), actual, exact: expected };
  });
  return worst;
}

/** Returns float32 numbers whose bit patterns are evenly distributed, with all exponents and both signs. */
function allExponents(count: number, seed: number): Float32Array {
  const random = randomSource(seed);
  const step = 2 ** 32 / count;
  return new Float32Array(Uint32Array.from({ length: count }, (_, i) => (i + random.next()) * step).buffer);
}

const infinity = Number.POSITIVE_INFINITY;
const largest = 3.4028234663852886e38;
const denormals = [2 ** -149, 2 ** -127, 2 ** -126 - 2 ** -149].flatMap((x) => [x, -x]);
const specials = [
  0,
  -0,
  Number.NaN,
  infinity,
  -infinity,
  largest,
  -largest,
  ...denormals,
  1,
  -1,
  2 ** -30,
  -(2 ** -30),
];

/**
 * For each function: name, largest error in ulps, exact function, and the range in which the function is not constant.
 */
const unary: readonly [FormulaName, number, (x: number) => number, number, number][] = [
  ['exp', 1.1, Math.exp, -104, 89],
  ['exp2', 1.1, (x) => 2 ** x, -150, 128],
  ['expm1', 2, Math.expm1, -20, 89],
  ['log', 1, Math.log, 0, 100],
  ['log1p', 1, Math.log1p, -1, 100],
  ['sin', 2, Math.sin, -100, 100],
  ['cos', 2, Math.cos, -100, 100],
  ['tan', 0.6, Math.tan, -100, 100],
  ['asin', 2.5, Math.asin, -1, 1],
  ['atan', 2.5, Math.atan, -10, 10],
  ['tanh', 2.6, Math.tanh, -10, 10],
  ['sigmoid', 2.5, (x) => (x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x))), -104, 20],
  ['erf', 2.1, erf64, -4, 4],
];

/** Computes pow of IEEE 754, which differs from JavaScript: 1 to any power, and -1 to an infinite power, is 1. */
function exactPow(x: number, y: number): number {
  return x === 1 || (x === -1 && Math.abs(y) === infinity) ? 1 : x ** y;
}

const pairValues = [
  ...specials,
  2,
  -2,
  3,
  -3,
  0.5,
  -0.5,
  1.5,
  -1.5,
  2 ** 24,
  2 ** 24 + 2,
  -(2 ** 31),
  1e30,
  0.99999994,
];
const pairs = pairValues.flatMap((x) => pairValues.map((y) => [x, y]));
const [left, right] = [0, 1].map((side) => Float32Array.from(pairs, (pair) => pair[side]));

const modes = fusesMultiplyAdd() ? ['separate', 'fused'] : ['separate'];

describe.each(modes)('with %s multiplications and additions', (mode) => {
  beforeAll(() => {
    fused = mode === 'fused';
  });

  describe.each(unary)('%s of float32', (name, bound, exact, low, high) => {
    test(`stays within ${bound} ulp over all exponents`, () => {
      expectWithin(bound, worstOf(name, exact, allExponents(2 ** 16, 1)));
    });

    test(`stays within ${bound} ulp from ${low} to ${high}`, () => {
      expectWithin(bound, worstOf(name, exact, randomSource(2).float32Array(150_000, low, high)));
    });

    test('matches the exact function at infinities, NaN and denormals', () => {
      expectWithin(bound, worstOf(name, exact, Float32Array.from(specials)));
    });

    test('returns zeros with the correct sign', () => {
      expect(Array.from(run(name, Float32Array.of(0, -0)))).toEqual([exact(0), exact(-0)]);
    });
  });

  describe.each(Object.keys(formulas) as FormulaName[])('a lane of %s', (name) => {
    test('has the same bits whatever the values of the other lanes are', () => {
      const mixed = [1, 2].map((seed) =>
        Array.from(allExponents(1000, seed)).flatMap((x, i) => [x, specials[(i * seed) % specials.length], 1]),
      );
      const together = run(name, ...mixed.map((operand) => Float32Array.from(operand)));
      const alone = run(name, ...mixed.map((operand) => Float32Array.from(operand.flatMap((x) => [x, x, x, x]))));
      expect(Array.from(together)).toEqual(Array.from(alone).filter((_, i) => i % 4 === 0));
    });
  });

  describe('sine and cosine of huge angles', () => {
    test('are accurate for the largest float32 and near multiples of pi / 2', () => {
      // The float32 closest to a multiple of pi / 2 (Muller, "Elementary Functions"), and powers of two.
      const x = Float32Array.from([16367173 * 2 ** 72, ...Array.from({ length: 128 }, (_, power) => 2 ** power)]);
      expectWithin(2, worstOf('sin', Math.sin, x));
      expectWithin(2, worstOf('cos', Math.cos, x));
    });
  });

  describe('functions with the limit 1', () => {
    test.each(['tanh', 'erf', 'sigmoid'] as const)('%s reaches 1 exactly and never exceeds it', (name) => {
      const y = run(name, randomSource(4).float32Array(100_000, 3, 30));
      expect(y.every((value) => value <= 1)).toBe(true);
      expect(Array.from(run(name, Float32Array.of(20, 100, largest, infinity)))).toEqual([1, 1, 1, 1]);
    });
  });

  describe('pow of float32', () => {
    test('follows IEEE 754 for every pair of special operands, including signed zeros', () => {
      const exact = Float32Array.from(left, (x, i) => exactPow(x, right[i]));
      expectWithin(0.6, worstOf('pow', exactPow, left, right));
      expect(Array.from(run('pow', left, right), Math.sign)).toEqual(Array.from(exact, Math.sign));
    });

    test('stays within 0.6 ulp over all exponents', () => {
      expectWithin(
        0.6,
        worstOf('pow', exactPow, allExponents(2 ** 16, 5), randomSource(6).float32Array(2 ** 16, -4, 4)),
      );
    });

    test('stays within 0.6 ulp for bases near 1 and large exponents', () => {
      const random = randomSource(7);
      const base = random.float32Array(2 ** 16, 0.999, 1.001);
      expectWithin(0.6, worstOf('pow', exactPow, base, random.float32Array(2 ** 16, -90_000, 90_000)));
    });
  });

  describe('rem of float32', () => {
    test('is exact for every pair of special operands, including signed zeros', () => {
      expect(Array.from(run('rem', left, right))).toEqual(pairs.map(([x, y]) => Math.fround(x) % Math.fround(y)));
    });

    test('is exact over all exponents, for quotients up to 2^277', () => {
      const random = randomSource(8);
      const [x, y] = [allExponents(2 ** 16, 9), allExponents(2 ** 16, 10)];
      const shuffled = Float32Array.from(random.permutation(y.length), (i) => y[i]);
      expect(worstOf('rem', (a, b) => a % b, x, shuffled)).toMatchObject({ error: 0 });
    });
  });
});

function expectWithin(bound: number, worst: Worst): void {
  // Compares an object that contains the operands, which a failure then prints.
  expect({ ...worst, within: worst.error <= bound }).toMatchObject({ within: true });
}
