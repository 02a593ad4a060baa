import { describe, expect, test } from '@jest/globals';
import { type Graph, graphBuilder, hostArray } from '@manabi/ir';
import { createCpuBackend } from './backend.ts';
import { tools } from './wide/tools.ts';
import { findWide } from './wide/wide-memory.ts';

const GiB = 2 ** 30;

/** Whether the engine allows more than 4 GiB. */
const isWide = findWide(tools) !== null;

/** The limit that the tests exceed: that of a single value, or of the memory without the bytes at its end that are never used. */
const limit = isWide ? 2 * GiB : 4 * GiB - 64;

/** Returns a graph that computes the sum of x · xᵀ for a column x, and stores the product. */
function product(rows: number): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [rows, 1] });
  return b.finish([b.reduceSum(b.dot(x, x, [], [[1, 1]]), [0, 1])]);
}

describe('a plan that exceeds the limits of WebAssembly', () => {
  test('is rejected when it is compiled, with the bytes that it needs, the limit and advice', () => {
    const backend = createCpuBackend({ threads: 1 });
    const refused = expect.objectContaining({
      code: 'memory',
      message: expect.stringMatching(
        isWide
          ? /may have at most 2147483648 bytes\. Use smaller batches or another backend, such as 'onnxruntime'/
          : /Its limit is 4294967232 bytes\. .* use smaller batches or another backend/,
      ),
      data: expect.objectContaining({ limit, asked: expect.any(Number) }),
    });
    expect(() => backend.compile(product(40_000), { donated: [] })).toThrow(refused);
    expect(backend.memory().held).toBe(0);
    expect(() => backend.compile(product(30_000), { donated: [] })).not.toThrow();
  });

  test('is rejected because of its outputs, too', () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [40_000, 1] });
    const graph = b.finish([b.dot(x, x, [], [[1, 1]])]);
    expect(() => createCpuBackend({ threads: 1 }).compile(graph, { donated: [] })).toThrow(
      expect.objectContaining({ code: 'memory', data: expect.objectContaining({ asked: 4 * 40_000 ** 2 }) }),
    );
  });

  test('is rejected before it runs if other tensors take too much, and keeps its inputs', async () => {
    const backend = createCpuBackend({ threads: 1 });
    const rows = 32_700; // 3.98 GiB, which is too much for a value in a memory of more than 4 GiB
    const b = graphBuilder();
    const x = b.input({ dtype: 'float32', shape: [rows, 1] });
    const executable = await backend.compile(b.finish([b.dot(x, x, [], [[1, 1]])]), { donated: [0] });
    const held = backend.upload(hostArray('uint8', [2 ** 25], new Uint8Array(2 ** 25)));
    const given = backend.upload(hostArray('float32', [rows, 1], new Float32Array(rows)));
    const before = backend.memory();
    expect(() => executable.run([given])).toThrow(
      expect.objectContaining({
        code: 'memory',
        data: expect.objectContaining({
          asked: expect.any(Number),
          limit,
          inputsKept: true,
        }),
      }),
    );
    expect(backend.memory()).toMatchObject({ held: before.held, buffers: before.buffers });
    backend.release(await held);
    backend.release(await given);
  });
});
