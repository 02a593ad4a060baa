import { expect, test } from '@jest/globals';
import { hostArray } from '@manabi/ir';
import { compareArrays } from '@manabi/testing';
import { exportOnnx } from '../export/export-onnx.ts';
import { batches, familyOf } from '../family.fixture.ts';
import { openSession } from '../runtime/session.ts';

const SMALL = [1e-3, 1e-5, 2e-8, 1e-8, 9e-9, 1e-12, 1e-20, 1e-38];

test.each([
  ['expm1', Math.expm1],
  ['log1p', Math.log1p],
] as const)('the exported operator %s keeps all significant digits of float32 near 0', async (op, exact) => {
  const family = familyOf({ inputs: batches(), build: (b, { x }) => [b[op](x)] });
  const x = Float32Array.from([...SMALL, ...SMALL.map((value) => -value), 0, Number.NaN, 2]);
  const session = await openSession(await exportOnnx(family));
  const y = (await session.run({ x: hostArray('float32', [x.length], x) })).y0;
  await session.release();
  expect(compareArrays(y.data, x.map(exact), { rtol: 2 ** -22 }).mismatches).toBe(0);
});
