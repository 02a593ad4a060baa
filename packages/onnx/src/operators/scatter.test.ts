import { expect, test } from '@jest/globals';
import { type GraphBuilder, type HostArray, hostArray, type Value } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { randomSource } from '@manabi/testing';
import { exportOnnx } from '../export/export-onnx.ts';
import { familyOf } from '../family.fixture.ts';
import { openSession } from '../runtime/session.ts';

/**
 * Exports a network, and returns the results of repeated runs of the file (`made`) and the result of the reference
 * interpreter (`expected`).
 */
async function bothOf(
  inputs: Readonly<Record<'x' | 'indices' | 'updates', HostArray>>,
  build: (b: GraphBuilder, x: Value, indices: Value, updates: Value) => Value,
  { batch, runs = 1 }: { batch?: number; runs?: number } = {},
): Promise<{ readonly made: readonly (HostArray | undefined)[]; readonly expected: HostArray }> {
  const family = familyOf({
    inputs: (size) =>
      Object.fromEntries(
        Object.entries(inputs).map(([name, { dtype, shape }]) => [
          name,
          { dtype, shape: batch === undefined ? shape : shape.map((length) => (length === batch ? size : length)) },
        ]),
      ),
    build: (b, { x, indices, updates }) => [build(b, x, indices, updates)],
  });
  const bytes = await exportOnnx(family, batch === undefined ? { batch: 1 } : {});
  const session = await openSession(bytes);
  const made: (HostArray | undefined)[] = [];
  for (let i = 0; i < runs; i++) made.push((await session.run(inputs)).y0);
  await session.release();
  const graph = (await family.exportPrograms()).graph(batch ?? 1);
  return { made, expected: interpret(graph, Object.values(inputs))[0] };
}

// Enough updates for ONNX Runtime to use several threads, and enough runs to provoke a race.
const MANY = 2 ** 19;
const RUNS = 20;

test.each(['set', 'add'] as const)(
  'an exported scatterND of mode %s applies every one of many updates to the same element',
  async (mode) => {
    const random = randomSource(1);
    const { made, expected } = await bothOf(
      {
        x: hostArray('int32', [64], new Int32Array(64)),
        indices: hostArray('int32', [MANY, 1], random.int32Array(MANY, 0, 64)),
        updates: hostArray('int32', [MANY], random.int32Array(MANY, 0, 1000)),
      },
      (b, x, indices, updates) => b.scatterND(x, indices, updates, mode),
      { runs: RUNS },
    );
    expect(made.map((each) => each?.data)).toEqual(Array.from({ length: RUNS }, () => expected.data));
  },
);

test.each(['float32', 'bool'] as const)('scatterND writes slices of %s at any batch size', async (dtype) => {
  const random = randomSource(2);
  const batch = 37;
  const data = (length: number) =>
    dtype === 'bool' ? Uint8Array.from(random.int32Array(length, 0, 2)) : random.float32Array(length);
  const rows = random.int32Array(batch, 0, batch);
  const columns = random.int32Array(batch, 0, 4);
  const { made, expected } = await bothOf(
    {
      x: hostArray(dtype, [batch, 4, 3], data(batch * 12)),
      indices: hostArray(
        'int32',
        [batch, 2],
        Int32Array.from({ length: 2 * batch }, (_, i) => (i % 2 === 0 ? rows[i >> 1] : columns[i >> 1])),
      ),
      updates: hostArray(dtype, [batch, 3], data(batch * 3)),
    },
    (b, x, indices, updates) => b.scatterND(x, indices, updates, 'set'),
    { batch },
  );
  expect(made).toEqual([expected]);
});
