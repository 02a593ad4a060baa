import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createCpuBackend } from '@manabi/backend-cpu';
import { createStoringBackend } from '@manabi/backend-cpu/placement';
import type { Backend } from '@manabi/ir';
import { fewerCases } from './fewer-cases.ts';
import type { Section } from './matrix.ts';
import { areEqual, outcomeOf } from './outcomes.ts';
import { compositeGradientSection, compositeSection } from './sections/composites.ts';
import { gradientSection } from './sections/gradients.ts';
import { largeSection } from './sections/large.ts';
import { networkSection } from './sections/networks.ts';
import { randomGradientSection, randomSection } from './sections/random-graphs.ts';
import { sampleSection } from './sections/samples.ts';

const sections: readonly (readonly [section: Section, most: number])[] = [
  [sampleSection, 1],
  [gradientSection, 1],
  [largeSection, 1],
  [compositeSection, 1],
  [compositeGradientSection, 1],
  [networkSection, 100],
  [randomSection, 1],
  [randomGradientSection, 1],
];

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe.each([1, 2])('plans that another backend stored compute the same bits and errors on %i threads', (threads) => {
  const fresh = createCpuBackend({ threads, planCache: null });

  test.each(sections.map(([section, most]) => [section.name, fewerCases(section, most)] as const))(
    'in the section "%s"',
    async (_, { groups }) => {
      const planCache = mkdtempSync(join(tmpdir(), 'manabi-plans-'));
      folders.push(planCache);
      const cases = groups.flatMap((group) => [...group.cases()]).filter((each) => !('refusal' in each));
      const differencesOf = async (backend: Backend): Promise<readonly string[]> => {
        const different: string[] = [];
        for (const each of cases) {
          if ('refusal' in each) continue;
          if (!areEqual(await outcomeOf(fresh, each), await outcomeOf(backend, each))) different.push(each.name);
        }
        return different;
      };

      expect(await differencesOf(createStoringBackend({ threads, planCache }))).toEqual([]);
      const plans = readdirSync(planCache).map((name) => join(planCache, name));
      expect(plans.length).toBeGreaterThan(0);

      for (const plan of plans) utimesSync(plan, 0, 0);
      expect(await differencesOf(createStoringBackend({ threads, planCache }))).toEqual([]);
      await setTimeout(100);
      // The time of a plan is set when it is read.
      expect(plans.filter((plan) => statSync(plan).mtimeMs < 1000)).toEqual([]);
      expect(readdirSync(planCache)).toHaveLength(plans.length);
    },
    240_000,
  );
});
