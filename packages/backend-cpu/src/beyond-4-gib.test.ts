import { describe, expect, test } from '@jest/globals';
import { type Backend, type Buffer, type Graph, graphBuilder, hostArray } from '@manabi/ir';
import { createCpuBackend } from './backend.ts';
import { tools } from './wide/tools.ts';
import { findWide } from './wide/wide-memory.ts';

const GiB = 2 ** 30;

/** Number of elements of an array of 1.5 GiB. */
const length = 3 * 2 ** 27;

/** Returns a graph that computes 2 x + 1. */
function affine(): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [length] });
  return b.finish([b.add(b.mul(x, b.full(x, 2)), b.full(x, 1))]);
}

const [rows, inner] = [1000, 300];

/** Returns a graph that computes softmax(x · y) and a running sum of its rows. */
function network(): Graph {
  const b = graphBuilder();
  const x = b.input({ dtype: 'float32', shape: [rows, inner] });
  const y = b.input({ dtype: 'float32', shape: [inner, rows] });
  const product = b.tanh(b.dot(x, y, [], [[1, 0]]));
  return b.finish([product, b.reduceSum(product, [0])]);
}

function upload(backend: Backend, shape: readonly number[], data: Float32Array): Buffer | Promise<Buffer> {
  return backend.upload(hostArray('float32', shape, data));
}

// Needs 9 GiB, so only `npm run nightly -- memory` runs it.
(process.env.MANABI_WIDE_CASES === 'all' ? describe : describe.skip)('more than 4 GiB', () => {
  test.each([1, 2])(
    'hold correct values with %i threads if the engine allows it, and are rejected otherwise',
    async (threads) => {
      const backend = createCpuBackend({ threads });
      const small = createCpuBackend({ threads: 1 });
      const random = (size: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.37));
      const operands = [
        { shape: [rows, inner], data: random(rows * inner) },
        { shape: [inner, rows], data: random(inner * rows) },
      ];
      const outcomeOn = async (to: Backend, graph: Graph) => {
        const executable = await to.compile(graph, { donated: [] });
        const results = await executable.run(
          await Promise.all(operands.map(({ shape, data }) => upload(to, shape, data))),
        );
        return Promise.all(results.map(async (result) => Array.from((await to.read(result)).data)));
      };
      const expected = await outcomeOn(small, network());
      expect(await outcomeOn(backend, network())).toEqual(expected);

      const executable = await backend.compile(affine(), { donated: [] });
      const first = await upload(
        backend,
        [length],
        Float32Array.from({ length }, (_, i) => i % 1000),
      );
      const arrays = [first];
      const next = async () => void arrays.push(...(await executable.run([arrays.at(-1) ?? first])));
      await next();
      if (findWide(tools) === null) {
        await expect(next()).rejects.toMatchObject({ code: 'memory', data: { limit: 4 * GiB - 64, inputsKept: true } });
        return;
      }
      for (let i = 0; i < 3; i++) await next();
      expect(backend.memory().reserved).toBeGreaterThan(7 * GiB);
      for (const [power, array] of arrays.entries()) {
        const { data } = await backend.read(array);
        const factor = 2 ** power;
        let wrong = 0;
        for (let i = 0; i < length; i++) if (data[i] !== (i % 1000) * factor + factor - 1) wrong++;
        expect(wrong).toBe(0);
      }
      // All of its memory is behind the arrays.
      expect(await outcomeOn(backend, network())).toEqual(expected);
    },
    600_000,
  );
});
