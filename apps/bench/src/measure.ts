import { setTimeout as sleep } from 'node:timers/promises';
import type { RunnerProcess } from './runner-process.ts';
import type { TaskOf } from './task-table.ts';

/** How long and how often to measure. */
export interface Budget {
  /** Measuring time for each contestant. */
  readonly seconds: number;
  /** Exactly so many rounds, null for as many as fit. */
  readonly repeats: number | null;
}

/** What came of one contestant in one case. */
export type Outcome =
  | {
      readonly kind: 'measured';
      readonly samplesMs: readonly number[];
      readonly check: number | null;
      readonly note?: string;
    }
  | { readonly kind: 'not applicable' | 'failed'; readonly reason: string };

/** Samples that the measuring time is cut into: enough for quartiles, each long against the clock and the messages. */
const SAMPLES = 20;

/** No median of fewer samples than this, however slow. */
const FEWEST_SAMPLES = 3;

/** Share of the measuring time that is run before, uncounted: tiers of compilers, caches, page faults. */
const WARM_UP_SHARE = 0.3;

/** Between two samples: worker threads that spin after their work go to sleep, and do not slow the next one down. */
const PAUSE_MS = 4;

interface Racer {
  readonly process: RunnerProcess;
  readonly check: number;
  readonly iterations: number;
  readonly samplesMs: number[];
  spentMs: number;
  failure: string | null;
}

/**
 * Measures one task with several runners. All prepare and warm up first; then they take turns, A B C A B C …, one
 * sample each, so that what happens to the machine happens to all. One that has used up its time sits out.
 *
 * @returns an outcome for each process, in their order
 */
export async function measureSteady(
  task: TaskOf,
  processes: readonly RunnerProcess[],
  budget: Budget,
): Promise<readonly Outcome[]> {
  const entrants: (Racer | Outcome)[] = [];
  for (const process of processes) entrants.push(await enter(process, task, budget));
  const racers = entrants.filter(isRacer);
  for (let round = 0; ; round++) {
    const turn = racers.filter((racer) => hasTurn(racer, round, budget));
    if (turn.length === 0) break;
    for (const racer of turn) await takeSample(racer);
  }
  for (const { process } of racers) if (process.isAlive()) await process.ask({ do: 'release' });
  return entrants.map((entrant) => (isRacer(entrant) ? outcomeOf(entrant) : entrant));
}

/** Prepares, checks and warms up one runner, and finds how many runs make a sample. */
async function enter(process: RunnerProcess, task: TaskOf, budget: Budget): Promise<Racer | Outcome> {
  try {
    const reply = await process.ask({ do: 'prepare', task });
    if (reply.reply === 'not applicable') return { kind: 'not applicable', reason: reply.reason };
    if (reply.reply === 'failed') return { kind: 'failed', reason: reply.message };
    if (reply.reply !== 'prepared') return { kind: 'failed', reason: `It said '${reply.reply}'.` };
    if (!Number.isFinite(reply.check)) return { kind: 'failed', reason: 'wrong result: it is not finite' };
    const iterations = await warmUp(process, budget.seconds * 1000);
    return { process, check: reply.check, iterations, samplesMs: [], spentMs: 0, failure: null };
  } catch (error) {
    return { kind: 'failed', reason: messageOf(error) };
  }
}

async function warmUp(process: RunnerProcess, budgetMs: number): Promise<number> {
  let iterations = 1;
  let spent = 0;
  for (;;) {
    const ms = await run(process, iterations);
    spent += ms;
    const perSample = Math.max(1, Math.round((budgetMs / SAMPLES / Math.max(ms, 0.001)) * iterations));
    // One slow first run tells little of how many make a sample.
    if (spent >= budgetMs * WARM_UP_SHARE && iterations * 2 >= perSample) return perSample;
    iterations = Math.min(perSample, iterations * 4);
  }
}

function hasTurn({ failure, samplesMs, spentMs }: Racer, round: number, { seconds, repeats }: Budget): boolean {
  if (failure !== null) return false;
  if (repeats !== null) return round < repeats;
  return samplesMs.length < FEWEST_SAMPLES || spentMs < seconds * 1000;
}

async function takeSample(racer: Racer): Promise<void> {
  await sleep(PAUSE_MS);
  try {
    const ms = await run(racer.process, racer.iterations);
    racer.spentMs += ms;
    racer.samplesMs.push(ms / racer.iterations);
  } catch (error) {
    racer.failure = messageOf(error);
  }
}

async function run(process: RunnerProcess, iterations: number): Promise<number> {
  const reply = await process.ask({ do: 'run', iterations });
  if (reply.reply === 'failed') throw new Error(reply.message);
  if (reply.reply !== 'ran') throw new Error(`It said '${reply.reply}' when told to run.`);
  return reply.ms;
}

function isRacer(entrant: Racer | Outcome): entrant is Racer {
  return 'process' in entrant;
}

function outcomeOf({ failure, samplesMs, check }: Racer): Outcome {
  return failure === null ? { kind: 'measured', samplesMs, check } : { kind: 'failed', reason: failure };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
