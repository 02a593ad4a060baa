import '@manabi/backend-cpu/register';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { grad, hessian, jit, setBackend, sum, type Tensor, tensor } from '@manabi/core';
import { isAlike, shown } from './compare.ts';
import type { Difference } from './differences.ts';
import { forSlopes, ofVectors, scalars, unary } from './functions.ts';
import { numbersOf, readRows, type Written } from './goldens.ts';
import { differingHessians, differingSlopes } from './slope-differences.ts';

interface SlopeRow {
  readonly name: string;
  /** Operand of a vector function. Elementwise functions are evaluated at the points in the first row instead. */
  readonly vector?: readonly Written[];
  readonly torch: readonly Written[];
  readonly jax: readonly Written[];
}

interface HessianRow {
  readonly name: string;
  readonly x: readonly Written[];
  readonly y: readonly Written[];
}

const [{ x: points }, ...rest] = readRows<{ readonly x: readonly Written[] }>('slopes');
// All rows after the first have this type.
const rows = rest as unknown as readonly SlopeRow[];
const used = new Set<Difference>();

beforeAll(async () => {
  await setBackend('cpu');
});

function vector(values: readonly number[]): Tensor {
  return tensor(Float64Array.from(values));
}

/** Returns the gradient of the sum of the results of a function. */
async function slopesOf(f: (x: Tensor) => Tensor, values: readonly number[]): Promise<readonly number[]> {
  const slope = jit((x: Tensor) => grad((each: Tensor) => sum(f(each)))(x));
  return [...(await (await slope(vector(values))).data())];
}

/** Whether two derivatives agree within rounding. Zeros of either sign are equal. */
function isSameSlope(actual: number, expected: number): boolean {
  return actual === expected || isAlike(actual, expected, 'float64', { ulps: 256, absolute: 1e-13 });
}

/**
 * Returns a message for each element of a gradient that agrees neither with PyTorch nor with JAX, and is not a listed
 * difference.
 */
function wrongOf(name: string, values: readonly number[], actual: readonly number[], row: SlopeRow, isVector: boolean) {
  const [torch, jax] = [numbersOf(row.torch), numbersOf(row.jax)];
  return actual.flatMap((value, i) => {
    if (isSameSlope(value, torch[i]) || isSameSlope(value, jax[i])) return [];
    const given = isVector ? values : [values[i]];
    const difference = differingSlopes.find((each) => each.names.includes(name) && each.at(...given));
    if (difference !== undefined) {
      used.add(difference);
      const own = difference.value?.(...given);
      if (own === undefined || isSameSlope(value, own)) return [];
    }
    return [
      `${name} at ${isVector ? `${i} of ` : ''}${given.map(shown)}: ${value}; PyTorch ${torch[i]}, JAX ${jax[i]}`,
    ];
  });
}

describe('gradients at special values match PyTorch or JAX', () => {
  test.each(rows.filter(({ vector }) => vector === undefined))('for $name', async (row) => {
    const values = numbersOf(points);
    const f = unary[row.name] ?? forSlopes[row.name];
    expect(wrongOf(row.name, values, await slopesOf(f, values), row, false)).toEqual([]);
  });

  for (const row of rows.filter(({ vector }) => vector !== undefined)) {
    test(`for ${row.name} of [${row.vector?.join(', ')}]`, async () => {
      const values = numbersOf(row.vector ?? []);
      const f = ofVectors[row.name] ?? forSlopes[row.name];
      expect(wrongOf(row.name, values, await slopesOf(f, values), row, true)).toEqual([]);
    });
  }
});

/** Elementwise functions whose derivative is constant, and therefore not NaN at NaN. */
const CONSTANT_SLOPES = new Set([
  'negative',
  'sign',
  'floor',
  'ceil',
  'round',
  'trunc',
  'power 0',
  'cast to bool',
  'logicalNot',
  'isnan',
  'isinf',
  'isfinite',
  'mod 2.5',
  'fmod 2.5',
  'clip low nan',
  'clip high nan',
]);

describe('gradients at NaN are NaN', () => {
  const names = [...Object.keys(unary), ...Object.keys(forSlopes).filter((name) => !/first|last/.test(name))];
  test.each(names.filter((name) => !CONSTANT_SLOPES.has(name)))('for %s', async (name) => {
    const [slope] = await slopesOf(unary[name] ?? forSlopes[name], [Number.NaN, 1]);
    expect(slope).toBe(Number.NaN);
  });
});

describe('second derivatives match JAX', () => {
  test.each(readRows<HessianRow>('hessians').map((row) => ({ ...row, at: row.x.join(', ') })))(
    'for $name at [$at]',
    async ({ name, x, y }) => {
      const values = numbersOf(x);
      const expected = numbersOf(y);
      const f = scalars[name];
      const actual = await (await jit((each: Tensor) => hessian(f)(each))(vector(values))).data();
      const scale = Math.max(1, ...expected.filter(Number.isFinite).map(Math.abs));
      const wrong = [...actual].flatMap((value, i) => {
        if (value === expected[i] || (Number.isNaN(value) && Number.isNaN(expected[i]))) return [];
        if (Math.abs(value - expected[i]) <= 1e-9 * scale) return [];
        const difference = differingHessians.find((each) => each.names.includes(name) && each.at(...values));
        if (difference !== undefined) {
          used.add(difference);
          return [];
        }
        return [`index ${i}: expected ${expected[i]}, got ${value}`];
      });
      expect(wrong).toEqual([]);
    },
  );
});

test('every listed difference from the gradients of PyTorch and JAX still occurs', () => {
  const needless = [...differingSlopes, ...differingHessians].filter((difference) => !used.has(difference));
  expect(needless.map(({ names }) => names)).toEqual([]);
});

afterAll(() => {
  const lines = [...differingSlopes, ...differingHessians].map(
    ({ names, reason }) => `  ${names.join(', ')}: ${reason}`,
  );
  process.stdout.write(`\nintended differences of gradients from PyTorch and JAX\n${lines.join('\n')}\n`);
});
