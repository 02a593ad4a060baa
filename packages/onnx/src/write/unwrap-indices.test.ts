import { expect, test } from '@jest/globals';
import { hostArray, type Value } from '@manabi/ir';
import { exportOnnx } from '../export/export-onnx.ts';
import { familyOf, numbers } from '../family.fixture.ts';
import { inspectOnnx } from '../inspect/inspect-onnx.ts';
import { openSession } from '../runtime/session.ts';

/** Creates a network that gathers rows of a matrix, after it adds `wrap` to negative indices. */
function rows(wrap: number) {
  return familyOf({
    parameters: { table: numbers(5, 2) },
    inputs: (size) => ({ indices: { dtype: 'int32', shape: [size] } }),
    build: (b, { table, indices }) => {
      const number = (value: number): Value => b.full(indices, value);
      const counted = b.select(b.less(indices, number(0)), b.add(indices, number(wrap)), indices);
      return [b.gather(table, counted, 0)];
    },
  });
}

test('exportOnnx removes nodes that add the length of the axis to negative indices before Gather, which accepts negative indices', async () => {
  const bytes = await exportOnnx(rows(5));
  expect(inspectOnnx(bytes).operators).toEqual({ Gather: 1 });
  const session = await openSession(bytes);
  const indices = hostArray('int32', [3], Int32Array.of(-1, 0, -5));
  const found = (await session.run({ indices })).y0;
  await session.release();
  const { data } = numbers(5, 2);
  expect([...found.data]).toEqual([data[8], data[9], data[0], data[1], data[0], data[1]]);
});

test('exportOnnx keeps nodes that add another number than the length of the axis to negative indices', async () => {
  expect(inspectOnnx(await exportOnnx(rows(4))).operators).toEqual({ Gather: 1, Where: 1, Less: 1, Add: 1 });
});
