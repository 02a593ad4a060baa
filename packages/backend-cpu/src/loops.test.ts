import { expect, test } from '@jest/globals';
import {
  type Graph,
  type GraphBuilder,
  graphBuilder,
  type HostArray,
  hostArray,
  ManabiError,
  type Shape,
  sizeOf,
  type Value,
} from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import { assertArraysClose, randomSource } from '@manabi/testing';
import { createCpuBackend } from './index.ts';

const backend = createCpuBackend();

function graphOf(
  shapes: readonly Shape[],
  write: (b: GraphBuilder, inputs: readonly Value[]) => readonly Value[],
  dtype: 'float32' | 'int32' = 'float32',
): Graph {
  const b = graphBuilder();
  const inputs = shapes.map((shape) => b.input({ dtype, shape }));
  return b.finish(write(b, inputs));
}

const random = randomSource(5);
const drawn = (shape: Shape): HostArray => hostArray('float32', shape, random.float32Array(sizeOf(shape), -0.5, 0.5));

/** Runs a graph twice with different inputs, and compares the outputs with those of the reference interpreter. */
async function checkTwice(graph: Graph, shapes: readonly Shape[]): Promise<void> {
  const executable = await backend.compile(graph, { donated: [] });
  for (let run = 0; run < 2; run++) {
    const inputs = shapes.map(drawn);
    const buffers = inputs.map((input) => backend.upload(input));
    const outputs = await executable.run(buffers);
    for (const [i, { data }] of interpret(graph, inputs).entries()) {
      const { data: actual } = await backend.read(outputs[i]);
      assertArraysClose(actual, data, { rtol: 1e-4, atol: 1e-4 }, `output ${i}`);
    }
    for (const buffer of [...buffers, ...outputs]) backend.release(buffer);
  }
  executable.dispose();
}

const step = graphOf(
  [
    [32, 48],
    [48, 48],
  ],
  (b, [h, w]) => [b.tanh(b.dot(h, w, [], [[1, 1]]))],
);
const shapes = [
  [32, 48],
  [48, 48],
];

test('a loop packs the constant operands of a matrix product into panels once per run', () =>
  checkTwice(
    graphOf(shapes, (b, operands) => b.scan(operands, { body: step, carries: 1, xs: 0, length: 5, reverse: false })),
    shapes,
  ));

test('an inner loop packs the constant operands of a matrix product into panels once per run of the inner loop', () => {
  const inner = graphOf(
    [
      [32, 48],
      [48, 48],
    ],
    (b, [h, w]) => {
      const scaled = b.mul(w, b.expand(b.reduceMax(h, [0, 1]), [48, 48], []));
      const [x] = b.scan([h, scaled], { body: step, carries: 1, xs: 0, length: 3, reverse: false });
      // This product uses the same scratch memory as the inner loop, and would overwrite panels that the inner loop
      // kept.
      return [b.tanh(b.dot(x, scaled, [], [[1, 0]]))];
    },
  );
  return checkTwice(
    graphOf(shapes, (b, operands) => b.scan(operands, { body: inner, carries: 1, xs: 0, length: 3, reverse: false })),
    shapes,
  );
});

test('a loop updates a large carry in place, without copying it', async () => {
  const length = 50;
  const body = graphOf([[length, 8], [], [8]], (b, [table, at, row]) => {
    const start = b.concat([b.reshape(b.cast(at, 'int32'), [1]), b.constant(0, 'int32', [1])], 0);
    return [b.dynamicUpdateSlice(table, b.reshape(row, [1, 8]), start), b.add(at, b.full(at, 1))];
  });
  const graph = graphOf([[length, 8], [], [length, 8]], (b, operands) =>
    b.scan(operands, { body, carries: 2, xs: 1, length, reverse: true }),
  );
  const executable = await backend.compile(graph, { donated: [] });
  expect(await executable.describe()).toContain('in place');
  executable.dispose();
  await checkTwice(graph, [[length, 8], [], [length, 8]]);
});

test('an index out of range in an iteration of a loop is reported only once, after the run', async () => {
  const b = graphBuilder();
  const table = b.input({ dtype: 'float32', shape: [4] });
  const indices = b.input({ dtype: 'int32', shape: [3, 2] });
  const inner = graphBuilder();
  const [slice, whole] = [inner.input({ dtype: 'int32', shape: [2] }), inner.input({ dtype: 'float32', shape: [4] })];
  const body = inner.finish([inner.gather(whole, slice, 0)]);
  const graph = b.finish(b.scan([indices, table], { body, carries: 0, xs: 1, length: 3, reverse: false }));
  const executable = await backend.compile(graph, { donated: [] });
  const run = async (indices: readonly number[]): Promise<readonly number[]> => {
    const buffers = [
      backend.upload(hostArray('float32', [4], Float32Array.of(1, 2, 3, 4))),
      backend.upload(hostArray('int32', [3, 2], Int32Array.from(indices))),
    ];
    try {
      const [output] = await executable.run(buffers);
      const { data } = await backend.read(output);
      backend.release(output);
      return [...data];
    } finally {
      for (const buffer of buffers) backend.release(buffer);
    }
  };
  const before = backend.memory();
  const error: unknown = await run([0, 1, 2, 9, 3, 7]).catch((reason: unknown) => reason);
  if (!(error instanceof ManabiError)) throw new Error('The run must throw.');
  expect(error).toMatchObject({ code: 'index', op: 'gather', data: { index: 9, extent: 4, position: 1 } });
  expect(backend.memory()).toEqual(before);
  expect(await run([0, 1, 2, 3, 3, 0])).toEqual([1, 2, 3, 4, 4, 1]);
  executable.dispose();
});
