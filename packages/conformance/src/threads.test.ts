import { describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { createThreadedBackend } from '@manabi/backend-cpu/placement';
import { graphBuilder, hostArray } from '@manabi/ir';
import { testEqualBits } from './equal-bits.fixture.ts';
import type { Case } from './matrix.ts';
import { outcomeOf } from './outcomes.ts';

describe('results on several threads equal those on one thread bit by bit', () => {
  const single = createCpuBackend({ threads: 1 });
  const threaded = [2, 3, 7].map((threads) => ({
    name: `${threads} threads`,
    backend: createThreadedBackend({ threads }),
    expected: single,
  }));
  testEqualBits(threaded, process.env.MANABI_THREAD_CASES === 'all');

  test('and the error of several indices out of range names the first one', async () => {
    const b = graphBuilder();
    const rows = 20_000;
    const [table, indices] = [
      b.input({ dtype: 'float32', shape: [50, 8] }),
      b.input({ dtype: 'int32', shape: [rows] }),
    ];
    const graph = b.finish([b.tanh(b.gather(table, indices, 0))]);
    for (const wrong of [[0], [19_999], [7, 15_000], [9_999, 10_000, 10_001, 18_000]]) {
      const data = Int32Array.from({ length: rows }, (_, i) => (wrong.includes(i) ? 50 + (i % 7) : i % 50));
      const inputs = [hostArray('float32', [50, 8], new Float32Array(400)), hostArray('int32', [rows], data)];
      const one: Case = { name: 'gather', graph, inputs };
      const expected = await outcomeOf(single, one);
      expect(expected).toMatchObject({ code: 'index', data: { position: wrong[0], index: 50 + (wrong[0] % 7) } });
      for (const { backend } of threaded) {
        for (let round = 0; round < 5; round++) expect(await outcomeOf(backend, one)).toEqual(expected);
      }
    }
  });
});
