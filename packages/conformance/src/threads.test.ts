import { describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { createThreadedBackend } from '@manabi/backend-cpu/placement';
import { graphBuilder, hostArray } from '@manabi/ir';
import { fewerCases } from './fewer-cases.ts';
import type { Case, Section } from './matrix.ts';
import { areEqual, outcomeOf } from './outcomes.ts';
import { compositeGradientSection, compositeSection } from './sections/composites.ts';
import { gradientSection } from './sections/gradients.ts';
import { largeSection } from './sections/large.ts';
import { networkSection } from './sections/networks.ts';
import { randomGradientSection, randomSection } from './sections/random-graphs.ts';
import { sampleSection } from './sections/samples.ts';

/** Whether to run all cases with each number of threads, instead of a few cases with one of them in turn. */
const all = process.env.MANABI_THREAD_CASES === 'all';

const counts = [2, 3, 7];

const sections: readonly (readonly [section: Section, most: number])[] = [
  [sampleSection, 1],
  [gradientSection, 1],
  [largeSection, 2],
  [compositeSection, 1],
  [compositeGradientSection, 1],
  [networkSection, 6],
  [randomSection, 2],
  [randomGradientSection, 1],
];

describe('results on several threads equal those on one thread bit by bit', () => {
  const single = createCpuBackend({ threads: 1 });
  const threaded = counts.map((threads) => createThreadedBackend({ threads }));
  let turn = 0;

  test.each(sections.map(([section, most]) => [section.name, all ? section : fewerCases(section, most)] as const))(
    'of the section "%s"',
    async (_, { groups }) => {
      const different: string[] = [];
      for (const group of groups) {
        for (const each of group.cases()) {
          if ('refusal' in each) continue;
          const expected = await outcomeOf(single, each);
          const chosen = all ? counts.map((_, i) => i) : [turn++ % counts.length];
          for (const i of chosen) {
            if (!areEqual(expected, await outcomeOf(threaded[i], each)))
              different.push(`${group.name}, ${each.name}, ${counts[i]} threads`);
          }
        }
      }
      expect(different).toEqual([]);
    },
    all ? 3_600_000 : 120_000,
  );

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
      for (const backend of threaded) {
        for (let round = 0; round < 5; round++) expect(await outcomeOf(backend, one)).toEqual(expected);
      }
    }
  });
});
