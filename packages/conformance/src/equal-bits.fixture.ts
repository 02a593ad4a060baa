import { expect, test } from '@jest/globals';
import type { Backend } from '@manabi/ir';
import { fewerCases } from './fewer-cases.ts';
import type { Section } from './matrix.ts';
import { areEqual, type Outcome, outcomeOf } from './outcomes.ts';
import { compositeGradientSection, compositeSection } from './sections/composites.ts';
import { gradientSection } from './sections/gradients.ts';
import { largeSection } from './sections/large.ts';
import { networkSection } from './sections/networks.ts';
import { randomGradientSection, randomSection } from './sections/random-graphs.ts';
import { sampleSection } from './sections/samples.ts';

/** Sections of cases, and how many cases of each group are run unless all are. */
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

/** A backend, and the one whose results its own must equal. */
export interface Compared {
  readonly name: string;
  readonly backend: Backend;
  readonly expected: Backend;
}

/**
 * Tests that backends compute the bits and errors of others, in one test for each section.
 *
 * @param all whether to run all cases with each backend, instead of a few cases with one of them in turn
 */
export function testEqualBits(compared: readonly Compared[], all: boolean): void {
  let turn = 0;

  test.each(sections.map(([section, most]) => [section.name, all ? section : fewerCases(section, most)] as const))(
    'of the section "%s"',
    async (_, { groups }) => {
      const different: string[] = [];
      for (const group of groups) {
        for (const each of group.cases()) {
          if ('refusal' in each) continue;
          const known = new Map<Backend, Outcome>();
          for (const { name, backend, expected } of all ? compared : [compared[turn++ % compared.length]]) {
            const outcome = known.get(expected) ?? (await outcomeOf(expected, each));
            known.set(expected, outcome);
            if (!areEqual(outcome, await outcomeOf(backend, each)))
              different.push(`${group.name}, ${each.name}, ${name}`);
          }
        }
      }
      expect(different).toEqual([]);
    },
    all ? 3_600_000 : 120_000,
  );
}
