import '@manabi/backend-cpu/register';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { exp2, jit, log2, log10, setBackend, type Tensor, tensor } from '@manabi/core';
import { compareFloat64, readPoints } from './float64.ts';
import { numericsPage, readMeasured } from './numerics-page.ts';
import { pairRows, rows } from './rows.ts';
import { sweep, sweepPairs } from './sweep.ts';

/**
 * Every `STRIDE`-th float32 bit pattern is tested; a prime number varies all bits. `MANABI_SWEEP` sets another stride:
 * 1 tests every number, which takes hours.
 */
const STRIDE = Number(process.env.MANABI_SWEEP ?? 7919);
const HOURS = 3_600_000;

const points = readPoints();

beforeAll(async () => {
  await setBackend('cpu');
});

describe('float32 functions', () => {
  test.each(rows)(
    '$name stays within $float32 units in the last place',
    async (row) => {
      const worst = await sweep(row, STRIDE, STRIDE >> 1);
      expect({ ...worst, isWithin: worst.error <= row.float32 }).toMatchObject({ isWithin: true });
    },
    6 * HOURS,
  );

  test.each(pairRows)('$name stays within $float32 units in the last place', async (row) => {
    const worst = await sweepPairs(row, Math.max(1, Math.ceil(400 / STRIDE)));
    expect({ ...worst, isWithin: worst.error <= row.float32 }).toMatchObject({ isWithin: true });
  });

  test.each(rows)('$name returns the same bits for an element alone and in an array', async ({ f }) => {
    const bits = Uint32Array.from({ length: 200 }, (_, i) => i * 21_474_837 + 7);
    const floats = new Float32Array(bits.buffer);
    const together = await f(tensor(floats)).data();
    const one = jit((x: Tensor) => f(x));
    const alone: number[] = [];
    for (const x of floats) alone.push((await (await one(tensor([x]))).data())[0]);
    expect(alone).toEqual([...together]);
  });
});

describe('float64 functions', () => {
  test.each(rows)('$name stays within $float64 units in the last place', async ({ name, f, float64 }) => {
    const worst = await compareFloat64(f, points[name]);
    expect({ ...worst, isWithin: worst.error <= float64 }).toMatchObject({ isWithin: true });
  });

  test.each(pairRows.filter(({ goldens }) => goldens?.length !== 0))(
    '$name stays within $float64 units in the last place',
    async (row) => {
      for (const name of row.goldens ?? [row.name]) {
        const worst = await compareFloat64(row.f, points[name]);
        expect({ ...worst, isWithin: worst.error <= row.float64 }).toMatchObject({ isWithin: true });
      }
    },
  );
});

describe.each([
  ['float32', Float32Array, [-149, 127], [-37, 38]],
  ['float64', Float64Array, [-1074, 1023], [-307, 308]],
] as const)('exp2, log2 and log10 of %s', (_, Elements, twos, tens) => {
  const integersIn = ([low, high]: readonly [number, number]): number[] =>
    Array.from({ length: high - low + 1 }, (_, i) => low + i);

  test('are exact for powers of two', async () => {
    const exponents = integersIn(twos);
    const powers = exponents.map((n) => 2 ** n);
    expect([...(await exp2(tensor(Elements.from(exponents))).data())]).toEqual(powers);
    expect([...(await log2(tensor(Elements.from(powers))).data())]).toEqual(exponents);
  });

  test('are exact for powers of ten', async () => {
    const exponents = integersIn(tens);
    const found = await log10(tensor(Elements.from(exponents.map((n) => Number(`1e${n}`))))).data();
    expect([...found]).toEqual(exponents);
  });
});

describe('NUMERICS.md', () => {
  const measured = readMeasured();

  test('lists the current bounds and measured errors', () => {
    const { current, expected } = numericsPage(measured);
    expect(current).toBe(expected);
  });

  test('has no bound smaller than the measured error', () => {
    const wrong = [...rows, ...pairRows].filter(({ name, float32, float64 }) => {
      const found = measured[name];
      return found === undefined || found.float32 > float32 || (found.float64 ?? 0) > float64;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});
