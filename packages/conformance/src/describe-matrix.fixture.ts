import { afterAll, describe, expect, test } from '@jest/globals';
import type { Backend } from '@manabi/ir';
import { type Candidate, candidates } from './candidates.ts';
import { formatGap, type Gap } from './gap.ts';
import { checkCase, type Group, type JudgedCase, type Refusal, type Section, withJudges } from './matrix.ts';
import { Tally } from './tally.ts';

/** Largest number of failures that one test lists. */
const LISTED = 8;

/** Options of `describeMatrix`. */
export interface MatrixOptions {
  /**
   * Whether the sections contain cases for every listed gap. If true, a gap in which no case fails is an error.
   * Default: false.
   */
  readonly coversGaps?: boolean;
  /** Backends to run on. Default: all of `candidates`. */
  readonly on?: readonly Candidate[];
  /**
   * Whether each case runs on only one of the backends, which take turns, to save time. Default: false, so each case runs
   * on all of them.
   */
  readonly alternates?: boolean;
}

/**
 * Defines one test per section, group and backend, or per section and group if the backends alternate, and prints a table of
 * outcomes per backend at the end.
 */
export function describeMatrix(
  sections: readonly Section[],
  { coversGaps = false, on = candidates, alternates = false }: MatrixOptions = {},
): void {
  const runs = on.map((candidate) => new MatrixRun(candidate, sections));
  for (const section of sections) {
    describe(section.name, () => {
      for (const [i, group] of section.groups.entries()) {
        describe(group.name, () => {
          const cases = sharedCases(group);
          if (alternates) {
            test('all cases match the reference interpreter on one of the backends', async () => {
              const failures: string[] = [];
              for (const [j, each] of cases.get().entries()) {
                const run = runs[(i + j) % runs.length];
                for (const failure of await run.failuresOf(section, group, [each]))
                  failures.push(`on ${run.name}: ${failure}`);
              }
              cases.drop();
              expect(failures).toEqual([]);
            });
            return;
          }
          for (const run of runs) {
            test(`all cases match the reference interpreter on ${run.name}`, async () =>
              expect(await run.failuresOf(section, group, cases.get())).toEqual([]));
          }
          afterAll(() => cases.drop());
        });
      }
    });
  }
  if (coversGaps)
    test.each(runs)('every listed gap of $name contains a failing case', (run) => expect(run.closedGaps()).toEqual([]));
  afterAll(() => {
    for (const run of runs) run.print();
  });
}

/**
 * Creates the cases of a group, with their judges, when the first backend needs them. All backends share them; `drop`
 * releases them after the last backend.
 */
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

/** Runs the matrix on one backend and counts the outcomes. */
class MatrixRun {
  readonly #candidate: Candidate;
  readonly #tally: Tally;
  /** For each gap that covers a case, whether such a case failed. */
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

  /** Runs the cases of a group; returns a message for each failed case. */
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
      const verdict = await checkCase(this.#candidate, backend, each, group.name);
      this.#tally.count(group.family, section.name, verdict.outcome);
      if (verdict.outcome === 'failed') failures.push(verdict.message);
      else if (verdict.gap !== undefined) {
        this.#gaps.set(verdict.gap, this.#gaps.get(verdict.gap) === true || verdict.outcome === 'gap');
      }
    }
    return failures.length > LISTED ? [...failures.slice(0, LISTED), `… ${failures.length} in total`] : failures;
  }

  /** Returns the gaps that are no longer needed, because every case that they cover passed. */
  closedGaps(): readonly string[] {
    return [...this.#gaps].filter(([, hasFailed]) => !hasFailed).map(([gap]) => formatGap(gap));
  }

  print(): void {
    if (!this.#tally.isEmpty) process.stdout.write(`\n${this.#tally.format()}\n`);
  }

  #refuse(section: Section, group: Group, refusal: string): void {
    // A backend that runs only some graphs would repeat these remarks of the backend that runs all graphs.
    if (this.#candidate.concerns !== undefined) return;
    this.#tally.count(group.family, section.name, 'gap');
    this.#tally.remark(refusal);
  }
}
