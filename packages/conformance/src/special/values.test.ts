import '@manabi/backend-cpu/register';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DType, jit, setBackend, type Tensor, tensor } from '@manabi/core';
import { isAlike, shown } from './compare.ts';
import { binary, ofVectors, unary } from './functions.ts';
import { numbersOf, readRows, type Written } from './goldens.ts';
import { differingValues } from './value-differences.ts';

type Kind = 'float32' | 'float64' | 'int32';

interface UnaryRow {
  readonly dtype: Kind;
  readonly x?: readonly Written[];
  readonly name: string;
  readonly y: readonly Written[];
}

interface BinaryRow {
  readonly dtype: Kind;
  readonly x?: readonly Written[];
  readonly y?: readonly Written[];
  readonly name: string;
  readonly z: readonly Written[];
}

interface ReduceRow {
  readonly x: readonly Written[];
  readonly y: Readonly<Record<string, readonly Written[]>>;
}

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array } as const;

function vector(dtype: Kind, values: readonly number[]): Tensor {
  return tensor(arrays[dtype].from(values));
}

/** Allows for an error of the tested function, and for an equally large error of NumPy. */
const tolerance = { ulps: 6, absolute: 0 };

/** Runs a function eagerly and jitted, checks that both results have the same bits, and returns the result. */
async function computed(f: (...xs: Tensor[]) => Tensor, ...operands: readonly Tensor[]): Promise<readonly number[]> {
  const eager = await f(...operands).data();
  const jitted = await (await jit((...xs: readonly Tensor[]) => f(...xs))(...operands)).data();
  expect(Array.from(jitted, shown)).toEqual(Array.from(eager, shown));
  return [...eager];
}

/** Names of functions that may return a zero of either sign. */
const withoutOrder = differingValues[0].names;

const used = new Set<(typeof differingValues)[number]>();

/**
 * Returns a message for each element of a result that differs from the expected element, unless `differingValues` lists
 * the difference.
 */
function wrongOf(
  name: string,
  dtype: DType,
  operands: readonly (readonly number[])[],
  actual: readonly number[],
  expected: readonly number[],
): string[] {
  expect(actual).toHaveLength(expected.length);
  return actual.flatMap((value, i) => {
    if (isAlike(value, expected[i], dtype, tolerance)) return [];
    const given = operands.map((operand) => operand[i]);
    const difference = differingValues.find((each) => each.names.includes(name) && each.at(...given));
    if (difference !== undefined) {
      used.add(difference);
      const own = difference.value?.(...given);
      if (own === undefined || value === own || isAlike(value, own, dtype, tolerance)) return [];
    }
    return [`${name}(${given.map(shown).join(', ')}) must be ${shown(expected[i])}; got ${shown(value)}`];
  });
}

beforeAll(async () => {
  await setBackend('cpu');
});

describe('functions of one operand', () => {
  const rows = readRows<UnaryRow>('unary');
  const inputs = new Map(rows.flatMap(({ dtype, x }) => (x === undefined ? [] : [[dtype, numbersOf(x)] as const])));
  const cases = rows.filter(({ x }) => x === undefined);

  test.each(cases)('$name of $dtype matches NumPy or PyTorch', async ({ name, dtype, y }) => {
    const x = inputs.get(dtype) ?? [];
    const f = unary[name];
    expect(wrongOf(name, dtype, [x], await computed(f, vector(dtype, x)), numbersOf(y))).toEqual([]);
  });

  test.each(cases.filter(({ dtype }) => dtype === 'float32'))(
    '$name returns the same bits for an element alone and in an array',
    async ({ name }) => {
      const x = inputs.get('float32') ?? [];
      const f = unary[name];
      const together = await f(vector('float32', x)).data();
      const one = jit((each: Tensor) => f(each));
      for (const [i, value] of x.entries()) {
        const [alone] = await (await one(vector('float32', [value]))).data();
        const hasOneZero = alone === 0 && withoutOrder.includes(name);
        expect(hasOneZero ? Math.abs(together[i]) : shown(together[i])).toBe(hasOneZero ? 0 : shown(alone));
      }
    },
  );
});

describe('functions of two operands', () => {
  const rows = readRows<BinaryRow>('binary');
  const inputs = new Map(
    rows.flatMap(({ dtype, x, y }) =>
      x === undefined ? [] : [[dtype, pairsOf(numbersOf(x), numbersOf(y ?? x))] as const],
    ),
  );

  test.each(rows.filter(({ x }) => x === undefined))(
    '$name of $dtype matches NumPy or PyTorch',
    async ({ name, dtype, z }) => {
      const [x, y] = inputs.get(dtype) ?? [[], []];
      const actual = await computed(binary[name], vector(dtype, x), vector(dtype, y));
      expect(wrongOf(name, dtype, [x, y], actual, numbersOf(z))).toEqual([]);
    },
  );
});

describe('functions of vectors', () => {
  for (const { x, y } of readRows<ReduceRow>('reduce')) {
    test.each(Object.entries(y))(`%s of [${x.join(', ')}] matches NumPy`, async (name, expected) => {
      const values = numbersOf(x);
      const f = ofVectors[name];
      const actual = await computed(f, vector('float64', values));
      // For functions of vectors, a listed difference applies to all elements of the result.
      const wrong = actual.flatMap((value, i) => {
        if (isAlike(value, numbersOf(expected)[i], 'float64', { ulps: 8, absolute: 1e-15 })) return [];
        const difference = differingValues.find((each) => each.names.includes(name) && each.at(...values));
        if (difference === undefined) return [`index ${i}: expected ${expected[i]}, got ${shown(value)}`];
        used.add(difference);
        return [];
      });
      expect(wrong).toEqual([]);
      expect(actual).toHaveLength(expected.length);
    });
  }
});

test('every listed difference from the values of NumPy and PyTorch still occurs', () => {
  expect(differingValues.filter((difference) => !used.has(difference)).map(({ reason }) => reason)).toEqual([]);
});

afterAll(() => {
  const lines = differingValues.map(({ names, reason }) => `  ${names.join(', ')}: ${reason}`);
  process.stdout.write(`\nintended differences of values from NumPy and PyTorch\n${lines.join('\n')}\n`);
});

function pairsOf(x: readonly number[], y: readonly number[]): [number[], number[]] {
  return [x.flatMap((each) => y.map(() => each)), x.flatMap(() => [...y])];
}
