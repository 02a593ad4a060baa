import { type Contestant, type ContestantName, contestants as contestantTable } from './contestants.ts';
import { type Budget, measureSteady, type Outcome } from './measure.ts';
import { measureStart } from './measure-start.ts';
import type { Row } from './row.ts';
import { type Entry, rowsOf } from './rows.ts';
import { type RunnerProcess, startRunner } from './runner-process.ts';
import type { Case } from './tasks.ts';

/** Options of `runBench`. */
export interface BenchOptions {
  readonly who: readonly ContestantName[];
  readonly threads: number;
  readonly budget: Budget;
  /** Function that receives the rows of a case when the case is complete. */
  readonly onCase: (rows: readonly Row[]) => void;
}

interface Seat {
  readonly who: ContestantName;
  readonly contestant: Contestant;
  /** Process of the contestant; null before the first case, and if the process could not start. */
  process: RunnerProcess | null;
  /** Reason why the process could not start; null if it could. */
  failure: string | null;
}

/**
 * Runs cases one after the other. Each contestant keeps its process for all cases; a process that has ended is started
 * again. A failure of one contestant does not affect the rows of others.
 */
export async function runBench(cases: readonly Case[], { who, threads, budget, onCase }: BenchOptions): Promise<void> {
  const seats: readonly Seat[] = who.map((name) => ({
    who: name,
    contestant: contestantTable[name],
    process: null,
    failure: null,
  }));
  try {
    for (const work of cases) {
      const taking = seats.filter(({ contestant: { works } }) => works?.includes(work.work) ?? true);
      for (const seat of taking) await ensureStarted(seat, threads);
      const outcomes = await measure(work, taking, threads, budget);
      onCase(
        rowsOf(
          work,
          taking.map((seat, index) => entryOf(seat, threads, outcomes[index])),
        ),
      );
    }
  } finally {
    await Promise.all(seats.map(({ process }) => process?.quit()));
  }
}

async function ensureStarted(seat: Seat, threads: number): Promise<void> {
  if (seat.process?.isAlive()) return;
  try {
    seat.process = await startRunner(seat.contestant, threads);
    seat.failure = null;
  } catch (error) {
    seat.process = null;
    seat.failure = error instanceof Error ? error.message : String(error);
  }
}

/**
 * Measures a case and returns the outcome of each contestant. The outcome of a contestant without a process is that it
 * failed to start.
 */
async function measure(
  { procedure, task }: Case,
  seats: readonly Seat[],
  threads: number,
  budget: Budget,
): Promise<readonly Outcome[]> {
  const started = seats.flatMap(({ process, contestant }) => (process === null ? [] : [{ process, contestant }]));
  const measured =
    procedure === 'steady'
      ? await measureSteady(
          task,
          started.map(({ process }) => process),
          budget,
        )
      : await measureStart(
          task,
          started.map(({ contestant }) => contestant),
          threads,
          budget,
        );
  const rest = [...measured];
  return seats.map(({ process, failure }) => {
    const outcome = process === null ? undefined : rest.shift();
    return outcome ?? { kind: 'failed', reason: failure ?? 'The process did not start.' };
  });
}

function entryOf({ who, process }: Seat, threads: number, outcome: Outcome): Entry {
  return {
    who,
    version: process?.version ?? null,
    threads: process?.threads ?? threads,
    note: process === null ? null : (process.note ?? fewerThreadsNote(process.threads, threads)),
    outcome,
  };
}

/** Returns a note for the table if a contestant uses fewer threads than requested; null otherwise. */
function fewerThreadsNote(granted: number, requested: number): string | null {
  return granted < requested ? `limited to ${granted === 1 ? 'one thread' : `${granted} threads`} in Node` : null;
}
