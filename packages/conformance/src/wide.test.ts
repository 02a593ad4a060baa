import { describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { createWideBackend } from '@manabi/backend-cpu/placement';
import { fewerCases } from './fewer-cases.ts';
import type { Section } from './matrix.ts';
import { areEqual, outcomeOf } from './outcomes.ts';
import { compositeGradientSection, compositeSection } from './sections/composites.ts';
import { gradientSection } from './sections/gradients.ts';
import { largeSection } from './sections/large.ts';
import { networkSection } from './sections/networks.ts';
import { randomGradientSection, randomSection } from './sections/random-graphs.ts';
import { sampleSection } from './sections/samples.ts';

/** Whether to run all cases with each backend, instead of a few cases with one of them in turn. */
const all = process.env.MANABI_WIDE_CASES === 'all';

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

describe('results with 64-bit addresses equal those with 32-bit addresses bit by bit', () => {
  const narrow = [createCpuBackend({ threads: 1 }), createCpuBackend({ threads: 1, routines: [] })];
  const wide = [
    { of: 0, name: 'one thread', backend: createWideBackend({ threads: 1 }) },
    { of: 0, name: 'two threads', backend: createWideBackend({ threads: 2, eager: true }) },
    { of: 1, name: 'no routines', backend: createWideBackend({ threads: 1, routines: [] }) },
  ];
  let turn = 0;

  test.each(sections.map(([section, most]) => [section.name, all ? section : fewerCases(section, most)] as const))(
    'of the section "%s"',
    async (_, { groups }) => {
      const different: string[] = [];
      for (const group of groups) {
        for (const each of group.cases()) {
          if ('refusal' in each) continue;
          for (const { of, name, backend } of all ? wide : [wide[turn++ % wide.length]]) {
            if (!areEqual(await outcomeOf(narrow[of], each), await outcomeOf(backend, each)))
              different.push(`${group.name}, ${each.name}, ${name}`);
          }
        }
      }
      expect(different).toEqual([]);
    },
    all ? 3_600_000 : 120_000,
  );
});
