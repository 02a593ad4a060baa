import { expect, test } from '@jest/globals';
import { hostArray, type Value } from '@manabi/ir';
import { exportOnnx } from '../export/export-onnx.ts';
import { familyOf, numbers } from '../family.fixture.ts';
import { inspectOnnx } from '../inspect/inspect-onnx.ts';
import { openSession } from '../runtime/session.ts';

/** Rows of a table by number, where negative numbers count `wrap` from the end. */
function rows(wrap: number) {
  return familyOf({
    parameters: { table: numbers(5, 2) },
    inputs: (size) => ({ places: { dtype: 'int32', shape: [size] } }),
    build: (b, { table, places }) => {
      const number = (value: number): Value => b.full(places, value);
      const counted = b.select(b.less(places, number(0)), b.add(places, number(wrap)), places);
      return [b.gather(table, counted, 0)];
    },
  });
}

test('places that count from the end are given to Gather as they are, which counts so itself', async () => {
  const bytes = await exportOnnx(rows(5));
  expect(inspectOnnx(bytes).operators).toEqual({ Gather: 1 });
  const session = await openSession(bytes);
  const places = hostArray('int32', [3], Int32Array.of(-1, 0, -5));
  const found = (await session.run({ places })).y0;
  await session.release();
  const { data } = numbers(5, 2);
  expect([...found.data]).toEqual([data[8], data[9], data[0], data[1], data[0], data[1]]);
});

test('other numbers are added in the file', async () => {
  expect(inspectOnnx(await exportOnnx(rows(4))).operators).toEqual({ Gather: 1, Where: 1, Less: 1, Add: 1 });
});
