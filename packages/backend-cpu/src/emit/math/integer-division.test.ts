import { describe, expect, test } from '@jest/globals';
import { randomSource } from '@manabi/testing';
import type { Expression } from './expression.ts';
import { divideInt32, divideUint32, remainderInt32, remainderUint32 } from './integer-division.ts';
import { runExpression } from './run-expression.ts';

type Make = (x: Expression, y: Expression) => Expression;

const edges = [0, 1, -1, 2, -2, 3, 7, -7, 10, 2 ** 31 - 1, -(2 ** 31), 1 - 2 ** 31, 65535, 65536, 2 ** 30];
const pairs = edges.flatMap((x) => edges.map((y) => [x, y]));

/**
 * Returns divisors of all magnitudes, and dividends that are a multiple of the divisor or one less, which reveal
 * wrongly rounded quotients.
 */
function operands(): [Int32Array, Int32Array] {
  const random = randomSource(1);
  const y = Int32Array.from({ length: 20_000 }, () => random.integer(0, 2 ** 32) >>> random.integer(0, 32));
  const x = y.map((divisor, i) =>
    i % 2 === 0 ? random.integer(0, 2 ** 32) : Math.imul(divisor, random.integer(0, 2 ** 16)) - (i % 4 === 1 ? 1 : 0),
  );
  return [Int32Array.from([...pairs.map(([a]) => a), ...x]), Int32Array.from([...pairs.map(([, b]) => b), ...y])];
}

const [x, y] = operands();

function run(make: Make): Uint32Array {
  return runExpression((_, a, b) => make(a, b), [new Uint32Array(x.buffer), new Uint32Array(y.buffer)]);
}

describe('division of int32 lanes', () => {
  test('truncates, with x / 0 = x and minInt / -1 = minInt', () => {
    expect(new Int32Array(run(divideInt32).buffer)).toEqual(x.map((a, i) => (y[i] === 0 ? a : a / y[i])));
  });

  test('returns remainders with the sign of the dividend, and 0 for the divisor 0', () => {
    expect(new Int32Array(run(remainderInt32).buffer)).toEqual(x.map((a, i) => (y[i] === 0 ? 0 : a % y[i])));
  });
});

describe('division of uint32 lanes', () => {
  const [a, b] = [new Uint32Array(x.buffer), new Uint32Array(y.buffer)];

  test('truncates, with x / 0 = x', () => {
    expect(run(divideUint32)).toEqual(a.map((value, i) => (b[i] === 0 ? value : value / b[i])));
  });

  test('returns remainders, and 0 for the divisor 0', () => {
    expect(run(remainderUint32)).toEqual(a.map((value, i) => (b[i] === 0 ? 0 : value % b[i])));
  });
});
