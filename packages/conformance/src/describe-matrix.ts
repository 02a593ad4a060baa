import { afterAll, describe, expect, test } from '@jest/globals';
import type { Backend } from '@manabi/ir';
import { type Candidate, candidates } from './candidates.ts';
import { formatGap } from './gap.ts';
import { checkCase, type Group, type Section } from './matrix.ts';
import { Tally } from './tally.ts';

/** Failures that one test names; more say nothing more. */
const NAMED = 8;

/** Defines a test for each group of each section on each backend, and prints one table for each backend at the end. */
export function describeMatrix(sections: readonly Section[]): void {
  for (const candidate of candidates) {
    describe(candidate.name, () => describeCandidate(candidate, sections));
  }
}

function describeCandidate(candidate: Candidate, sections: readonly Section[]): void {
  const tally = new Tally(
    candidate.name,
    sections.map(({ name }) => name),
  );
  for (const gap of candidate.gaps) tally.remark(`gap: ${formatGap(gap)}`);
  let made: Backend | Promise<Backend> | undefined;
  const backend = async (): Promise<Backend> => {
    made ??= candidate.create();
    return made;
  };
  for (const section of sections) {
    describe(section.name, () => {
      for (const group of section.groups) {
        test(group.name, async () =>
          expect(await failuresOf(candidate, await backend(), section, group, tally)).toEqual([]),
        );
      }
    });
  }
  afterAll(() => {
    if (!tally.isEmpty) process.stdout.write(`\n${tally.format()}\n`);
  });
}

async function failuresOf(
  candidate: Candidate,
  backend: Backend,
  section: Section,
  group: Group,
  tally: Tally,
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const one of group.cases()) {
    if ('refusal' in one) {
      if (candidate.concerns !== undefined) continue;
      tally.count(group.family, section.name, 'gap');
      tally.remark(one.refusal);
      continue;
    }
    if (candidate.concerns?.(one.graph) === false) continue;
    const verdict = await checkCase(candidate, backend, one);
    tally.count(group.family, section.name, verdict.outcome);
    if (verdict.outcome === 'failed') failures.push(verdict.message);
  }
  return failures.length > NAMED ? [...failures.slice(0, NAMED), `… ${failures.length} in all`] : failures;
}
