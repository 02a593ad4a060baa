import type { Reply } from './protocol.ts';
import type { RunnerProcess } from './runner-process.ts';
import type { TaskOf } from './task-table.ts';

/** How long to measure a case. */
export interface Budget {
  /** Measuring time for each contestant, in seconds. */
  readonly seconds: number;
  /**
   * Number of rounds, in each of which every contestant takes one sample; null for as many rounds as fit in `seconds`.
   */
  readonly repeats: number | null;
  /** Longest permitted duration of one run, in seconds; slower contestants are not measured in the case. */
  readonly limit: number;
}

/** Result of one contestant in one case. */
export type Outcome =
  | {
      readonly kind: 'measured';
      readonly samplesMs: readonly number[];
      /** For each sample, the time of all processors; empty if it is unknown. */
      readonly samplesCpuMs?: readonly number[];
      readonly check: number | null;
      /** Number of shaders that one run dispatches; null without WebGPU. */
      readonly dispatches: number | null;
      readonly note?: string;
    }
  | { readonly kind: 'not applicable' | 'failed'; readonly reason: string };

/**
 * Intended number of samples in the measuring time: enough for quartiles, but so few that the time for reading the
 * clock and exchanging messages is negligible.
 */
const SAMPLES = 20;

/** Smallest number of samples, even for a slow contestant. */
const FEWEST_SAMPLES = 3;

/**
 * Time for warming up (compiler tiers, caches, memory pages) as a fraction of the measuring time. It does not count as
 * measuring time.
 */
const WARM_UP_SHARE = 0.3;

/**
 * Pause before a sample in milliseconds. Meanwhile, worker threads of the previous contestant that still wait actively
 * go to sleep.
 */
const PAUSE_MS = 4;

interface Racer {
  readonly process: RunnerProcess;
  readonly check: number;
  readonly dispatches: number | null;
  readonly iterations: number;
  readonly samplesMs: number[];
  readonly samplesCpuMs: number[];
  spentMs: number;
  failure: string | null;
}

/**
 * Measures one task with several runners. All runners first prepare the task and warm up. Then they take one sample
 * each, in rounds A B C A B C …, so a disturbance affects all of them. A runner that has used up its measuring time
 * takes no further samples.
 *
 * @returns the outcome of each runner, in the order of `processes`
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
    const active = racers.filter((racer) => isActive(racer, round, budget));
    if (active.length === 0) break;
    for (const racer of active) await takeSample(racer);
  }
  for (const { process } of racers) if (process.isAlive()) await process.ask({ do: 'release' });
  return entrants.map((entrant) => (isRacer(entrant) ? outcomeOf(entrant) : entrant));
}

/**
 * Prepares the task in one runner, checks the result, warms up, and determines the number of runs per sample. Returns
 * the outcome instead if the runner cannot take part.
 */
async function enter(process: RunnerProcess, task: TaskOf, budget: Budget): Promise<Racer | Outcome> {
  try {
    const reply = await process.ask({ do: 'prepare', task });
    if (reply.reply === 'not applicable') return { kind: 'not applicable', reason: reply.reason };
    if (reply.reply === 'failed') return { kind: 'failed', reason: reply.message };
    if (reply.reply !== 'prepared') return { kind: 'failed', reason: `Unexpected reply '${reply.reply}'.` };
    if (!Number.isFinite(reply.check)) return { kind: 'failed', reason: 'wrong result: not finite' };
    const { check, dispatches } = reply;
    const firstMs = await run(process, 1);
    if (firstMs > budget.limit * 1000) {
      await process.ask({ do: 'release' });
      const seconds = (firstMs / 1000).toFixed(1);
      return { kind: 'not applicable', reason: `one run takes ${seconds} s; the limit is ${budget.limit} s (--limit)` };
    }
    const iterations = await warmUp(process, budget.seconds * 1000);
    return { process, check, dispatches, iterations, samplesMs: [], samplesCpuMs: [], spentMs: 0, failure: null };
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
    // A single slow first run is a poor estimate of the runs per sample.
    if (spent >= budgetMs * WARM_UP_SHARE && iterations * 2 >= perSample) return perSample;
    iterations = Math.min(perSample, iterations * 4);
  }
}

function isActive({ failure, samplesMs, spentMs }: Racer, round: number, { seconds, repeats }: Budget): boolean {
  if (failure !== null) return false;
  if (repeats !== null) return round < repeats;
  return samplesMs.length < FEWEST_SAMPLES || spentMs < seconds * 1000;
}

async function takeSample(racer: Racer): Promise<void> {
  await sleep(PAUSE_MS);
  try {
    const { ms, cpuMs } = await ran(racer.process, racer.iterations);
    racer.spentMs += ms;
    racer.samplesMs.push(ms / racer.iterations);
    if (cpuMs !== undefined) racer.samplesCpuMs.push(cpuMs / racer.iterations);
  } catch (error) {
    racer.failure = messageOf(error);
  }
}

async function run(process: RunnerProcess, iterations: number): Promise<number> {
  return (await ran(process, iterations)).ms;
}

async function ran(process: RunnerProcess, iterations: number): Promise<Extract<Reply, { reply: 'ran' }>> {
  const reply = await process.ask({ do: 'run', iterations });
  if (reply.reply === 'failed') throw new Error(reply.message);
  if (reply.reply !== 'ran') throw new Error(`Unexpected reply '${reply.reply}' to 'run'.`);
  return reply;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function isRacer(entrant: Racer | Outcome): entrant is Racer {
  return 'process' in entrant;
}

function outcomeOf({ failure, samplesMs, samplesCpuMs, check, dispatches }: Racer): Outcome {
  return failure === null
    ? { kind: 'measured', samplesMs, samplesCpuMs, check, dispatches }
    : { kind: 'failed', reason: failure };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
