import { type Contestant, type ContestantName, contestants as contestantTable, type Place } from './contestants.ts';
import { type Budget, measureSteady, type Outcome } from './measure.ts';
import { measureStart } from './measure-start.ts';
import type { Row } from './row.ts';
import { type Entry, rowsOf } from './rows.ts';
import { startRunnerPage } from './runner-page.ts';
import { type RunnerOptions, type RunnerProcess, startRunner } from './runner-process.ts';
import type { Case } from './tasks.ts';

/** Options of `runBench`. */
export interface BenchOptions extends RunnerOptions {
  readonly who: readonly ContestantName[];
  readonly place: Place;
  readonly budget: Budget;
  /** Function that receives the rows of a case when the case is complete. */
  readonly onCase: (rows: readonly Row[]) => void;
}

interface Seat {
  readonly who: ContestantName;
  readonly contestant: Contestant;
  readonly start: () => Promise<RunnerProcess>;
  /** Process of the contestant; null before the first case, and if the process could not start. */
  process: RunnerProcess | null;
  /** Reason why the process could not start; null if it could. */
  failure: string | null;
}

/**
 * Runs cases one after the other. Each contestant keeps its process for all cases; a process that has ended, or that could not
 * be measured in a case, is started again. A failure of one contestant does not affect the rows of others.
 */
export async function runBench(cases: readonly Case[], options: BenchOptions): Promise<void> {
  const { who, threads, budget, onCase } = options;
  const starter = options.place === 'node' ? startRunner : startRunnerPage;
  const seats: readonly Seat[] = who.map((name) => ({
    who: name,
    contestant: contestantTable[name],
    start: () => starter(contestantTable[name], options),
    process: null,
    failure: null,
  }));
  try {
    for (const work of cases) {
      const taking = seats.filter(({ contestant: { works } }) => works.includes(work.work));
      for (const seat of taking) await ensureStarted(seat);
      const outcomes = await measure(work, taking, budget);
      onCase(
        rowsOf(
          work,
          taking.map((seat, index) => entryOf(seat, threads, outcomes[index])),
        ),
      );
      for (const [index, seat] of taking.entries()) if (outcomes[index].kind !== 'measured') await restart(seat);
    }
  } finally {
    await Promise.all(seats.map(({ process }) => process?.quit()));
  }
}

/** Ends the process of a contestant, so that the next case starts another one. After an error, a library may be unusable. */
async function restart(seat: Seat): Promise<void> {
  await seat.process?.quit();
  seat.process = null;
}

async function ensureStarted(seat: Seat): Promise<void> {
  if (seat.process?.isAlive()) return;
  try {
    seat.process = await seat.start();
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
async function measure({ procedure, task }: Case, seats: readonly Seat[], budget: Budget): Promise<readonly Outcome[]> {
  const started = seats.flatMap(({ process, start }) => (process === null ? [] : [{ process, start }]));
  const measured =
    procedure === 'steady'
      ? await measureSteady(
          task,
          started.map(({ process }) => process),
          budget,
        )
      : await measureStart(
          task,
          started.map(({ start }) => start),
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
    adapter: process?.adapter ?? null,
    note: process === null ? null : (process.note ?? fewerThreadsNote(process.threads, threads)),
    outcome,
  };
}

/** Returns a note for the table if a contestant uses fewer threads than requested; null otherwise. */
function fewerThreadsNote(granted: number, requested: number): string | null {
  return granted < requested ? `limited to ${granted === 1 ? 'one thread' : `${granted} threads`}` : null;
}
