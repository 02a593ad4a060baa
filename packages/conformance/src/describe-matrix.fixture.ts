import { afterAll, describe, expect, test } from '@jest/globals';
import type { Backend } from '@manabi/ir';
import { type Candidate, candidates } from './candidates.ts';
import { formatGap, type Gap } from './gap.ts';
import { checkCase, type Group, type JudgedCase, type Refusal, type Section, withJudges } from './matrix.ts';
import { Tally } from './tally.ts';

/** Failures that one test names; more say nothing more. */
const NAMED = 8;

/** How a matrix is described. */
export interface MatrixOptions {
  /** Whether these sections try all that the lists of gaps speak of, so that a gap without a failure is closed. */
  readonly coversGaps?: boolean;
  /** The backends to run on; all of `candidates`, if left out. */
  readonly on?: readonly Candidate[];
}

/** Defines a test for each group of each section on each backend, and prints one table for each backend at the end. */
export function describeMatrix(
  sections: readonly Section[],
  { coversGaps = false, on = candidates }: MatrixOptions = {},
): void {
  const runs = on.map((candidate) => new MatrixRun(candidate, sections));
  for (const section of sections) {
    describe(section.name, () => {
      for (const group of section.groups) {
        describe(group.name, () => {
          const cases = sharedCases(group);
          for (const run of runs) {
            test(run.name, async () => expect(await run.failuresOf(section, group, cases.get())).toEqual([]));
          }
          afterAll(() => cases.drop());
        });
      }
    });
  }
  if (coversGaps) test.each(runs)('no gap of $name is closed', (run) => expect(run.closedGaps()).toEqual([]));
  afterAll(() => {
    for (const run of runs) run.print();
  });
}

/** The cases of a group with their judges: made by the first backend that runs them, dropped after the last. */
function sharedCases({ cases }: Group): {
  readonly get: () => readonly (JudgedCase | Refusal)[];
  readonly drop: () => void;
} {
  let made: readonly (JudgedCase | Refusal)[] | null = null;
  return {
    get: () => {
      made ??= cases().map((one) => ('refusal' in one ? one : withJudges(one)));
      return made;
    },
    drop: () => {
      made = null;
    },
  };
}

/** The matrix of one backend while it is run. */
class MatrixRun {
  readonly #candidate: Candidate;
  readonly #tally: Tally;
  /** For each gap that was met, whether something in it failed. */
  readonly #gaps = new Map<Gap, boolean>();
  #backend: Backend | Promise<Backend> | undefined;

  constructor(candidate: Candidate, sections: readonly Section[]) {
    this.#candidate = candidate;
    this.#tally = new Tally(
      candidate.name,
      sections.map(({ name }) => name),
    );
    for (const gap of candidate.gaps) this.#tally.remark(`gap: ${formatGap(gap)}`);
  }

  get name(): string {
    return this.#candidate.name;
  }

  /** Runs the cases of a group; says which failed, and why. */
  async failuresOf(
    section: Section,
    group: Group,
    cases: readonly (JudgedCase | Refusal)[],
  ): Promise<readonly string[]> {
    this.#backend ??= this.#candidate.create();
    const backend = await this.#backend;
    const failures: string[] = [];
    for (const each of cases) {
      if ('refusal' in each) {
        this.#refuse(section, group, each.refusal);
        continue;
      }
      if (this.#candidate.concerns?.(each.one.graph) === false) continue;
      const verdict = await checkCase(this.#candidate, backend, each);
      this.#tally.count(group.family, section.name, verdict.outcome);
      if (verdict.outcome === 'failed') failures.push(verdict.message);
      else if (verdict.gap !== undefined) {
        this.#gaps.set(verdict.gap, this.#gaps.get(verdict.gap) === true || verdict.outcome === 'gap');
      }
    }
    return failures.length > NAMED ? [...failures.slice(0, NAMED), `… ${failures.length} in all`] : failures;
  }

  /** The gaps in which everything works. */
  closedGaps(): readonly string[] {
    return [...this.#gaps].filter(([, hasFailed]) => !hasFailed).map(([gap]) => formatGap(gap));
  }

  print(): void {
    if (!this.#tally.isEmpty) process.stdout.write(`\n${this.#tally.format()}\n`);
  }

  #refuse(section: Section, group: Group, refusal: string): void {
    // A backend that runs a part beside the whole of another would say the same again.
    if (this.#candidate.concerns !== undefined) return;
    this.#tally.count(group.family, section.name, 'gap');
    this.#tally.remark(refusal);
  }
}
