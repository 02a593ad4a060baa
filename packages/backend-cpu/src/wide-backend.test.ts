import { describe, expect, test } from '@jest/globals';
import { type Backend, type Graph, graphBuilder, hostArray } from '@manabi/ir';
import { createWideBackend } from './placement.ts';

const pageBytes = 65536;

/** Returns a graph that computes the sum of x · xᵀ for a column x, and stores the product. */
function product(rows: number): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [rows, 1] });
  return b.finish([b.reduceSum(b.dot(x, x, [], [[1, 1]]), [0, 1])]);
}

/** Returns a graph with a constant that adds the elements of x at three indices. */
function picked(): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [100] });
  const indices = b.constant([99, 7, 50], 'int32', [3]);
  return b.finish([b.reduceSum(b.gather(x, indices, 0), [0])]);
}

async function numbers(backend: Backend, length: number): Promise<ReturnType<Backend['upload']>> {
  return backend.upload(
    hostArray(
      'float32',
      [length],
      Float32Array.from({ length }, (_, i) => i),
    ),
  );
}

describe.each([1, 2])('a backend with %i threads whose memory gets 64-bit addresses', (threads) => {
  test('keeps buffers and plans when an array does not fit', async () => {
    const backend = createWideBackend({ threads, after: 64, eager: threads > 1 });
    const executable = await backend.compile(picked(), { donated: [] });
    const other = await backend.compile(product(300), { donated: [0] });
    const x = await numbers(backend, 100);
    const resultOf = async () => {
      const [sum] = await executable.run([x]);
      return Array.from((await backend.read(sum)).data);
    };
    expect(await resultOf()).toEqual([156]);
    expect(backend.memory().reserved).toBeLessThan(64 * pageBytes);

    const large = await numbers(backend, 2 ** 21);
    expect(backend.memory().reserved).toBeGreaterThan(64 * pageBytes);
    expect(await resultOf()).toEqual([156]);
    const column = await backend.upload(hostArray('float32', [300, 1], new Float32Array(300).fill(2)));
    const [square] = await other.run([column]);
    expect(Array.from((await backend.read(square)).data)).toEqual([360_000]);
    expect((await backend.read(large)).data[2 ** 21 - 1]).toBe(2 ** 21 - 1);
    expect(Array.from((await backend.read(x)).data)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    executable.dispose();
    other.dispose();
  });

  test('changes for the intermediate values of a plan', async () => {
    const backend = createWideBackend({ threads, after: 64, eager: threads > 1 });
    const executable = await backend.compile(product(2000), { donated: [] });
    expect(backend.memory().reserved).toBeLessThan(64 * pageBytes);
    const column = await backend.upload(hostArray('float32', [2000, 1], new Float32Array(2000).fill(0.5)));
    const [sum] = await executable.run([column]);
    expect(Array.from((await backend.read(sum)).data)).toEqual([1_000_000]);
    expect(backend.memory().reserved).toBeGreaterThan(16_000_000);
  });

  test('reports indices out of range as before', async () => {
    const b = graphBuilder();
    const [x, at] = [b.input({ dtype: 'float32', shape: [100] }), b.input({ dtype: 'int32', shape: [40_000] })];
    const backend = createWideBackend({ threads, eager: threads > 1 });
    const executable = await backend.compile(b.finish([b.tanh(b.gather(x, at, 0))]), { donated: [] });
    const indices = new Int32Array(40_000);
    indices[30_000] = 107;
    const given = await Promise.all([numbers(backend, 100), backend.upload(hostArray('int32', [40_000], indices))]);
    for (let i = 0; i < 3; i++)
      expect(() => executable.run(given)).toThrow(
        expect.objectContaining({ code: 'index', data: expect.objectContaining({ index: 107, position: 30_000 }) }),
      );
  });

  test('rejects a value of more than 2 GiB before it runs', async () => {
    const backend = createWideBackend({ threads });
    expect(() => backend.compile(product(25_000), { donated: [] })).toThrow(
      expect.objectContaining({ code: 'memory', data: { asked: 2_500_000_000, limit: 2 ** 31 } }),
    );
    expect(backend.memory().held).toBe(0);
  });
});
