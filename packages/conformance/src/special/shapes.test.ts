import '@manabi/backend-cpu/register';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { einsum, jit, type PadOptions, pad, setBackend, type Tensor, tensor } from '@manabi/core';
import { numbersOf, readRows, type Written } from './goldens.ts';

type ShapeRow =
  | {
      readonly op: 'einsum';
      readonly formula: string;
      readonly shapes: readonly (readonly number[])[];
      readonly shape: readonly number[];
      readonly y: readonly Written[];
    }
  | {
      readonly op: 'pad';
      readonly size: readonly number[];
      readonly widths: readonly (readonly [number, number])[];
      readonly mode: NonNullable<PadOptions['mode']>;
      /** Shape of the result; null if NumPy raises an error. */
      readonly shape: readonly number[] | null;
      readonly y: readonly Written[] | null;
    };

const rows = readRows<ShapeRow>('shapes');

beforeAll(async () => {
  await setBackend('cpu');
});

/** Returns a tensor of the given shape with the elements 1, 2, 3, … */
function counted(shape: readonly number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Float64Array.from({ length: size }, (_, i) => i + 1),
    { shape: [...shape] },
  );
}

describe('functions of arrays with empty axes return the same results as NumPy', () => {
  for (const row of rows) {
    if (row.op === 'einsum') {
      test(`einsum ${row.formula} of ${JSON.stringify(row.shapes)}`, async () => {
        const operands = row.shapes.map(counted);
        const result = await jit((...xs: readonly Tensor[]) => einsum(row.formula, ...xs))(...operands);
        expect(result.shape).toEqual(row.shape);
        expect([...(await result.data())]).toEqual(numbersOf(row.y));
      });
    } else {
      const { size, widths, mode, shape, y } = row;
      test(`pad ${JSON.stringify(size)} by ${JSON.stringify(widths)} with mode ${mode}`, async () => {
        const f = jit((x: Tensor) => pad(x, widths, { mode }));
        if (shape === null || y === null) {
          await expect(f(counted(size))).rejects.toMatchObject({ code: 'shape' });
          return;
        }
        const result = await f(counted(size));
        expect(result.shape).toEqual(shape);
        expect([...(await result.data())]).toEqual(numbersOf(y));
      });
    }
  }
});
