import { performance } from 'node:perf_hooks';
import type { Budget, Outcome } from './measure.ts';
import type { RunnerProcess } from './runner-process.ts';
import { median } from './statistics.ts';
import type { TaskOf } from './task-table.ts';

/** Largest number of samples. Starting a process is slow, and more samples would improve the result little. */
const MOST_SAMPLES = 9;

const FEWEST_SAMPLES = 3;

/** Multiple of the measuring time after which a contestant stops, even if it has fewer samples than required. */
const ENDLESS = 5;

interface Starter {
  readonly start: () => Promise<RunnerProcess>;
  readonly samplesMs: number[];
  /** For each sample, the part of its time after the library was loaded, in milliseconds. */
  readonly loadedMs: number[];
  end: Outcome | null;
}

/**
 * Measures the time from the start of a process to the end of its first run of a task: loading the library, tracing,
 * compiling and running. The contestants alternate, as in `measureSteady`. The first round is not counted, because it
 * fills the file cache of the system.
 *
 * @param starts functions that start the process of a contestant
 * @returns the outcome of each contestant, in the order of `starts`
 */
export async function measureStart(
  task: TaskOf,
  starts: readonly (() => Promise<RunnerProcess>)[],
  { seconds, repeats }: Budget,
): Promise<readonly Outcome[]> {
  const starters: readonly Starter[] = starts.map((start) => ({
    start,
    samplesMs: [],
    loadedMs: [],
    end: null,
  }));
  for (let round = 0; round <= (repeats ?? MOST_SAMPLES); round++) {
    for (const starter of starters) {
      const { samplesMs } = starter;
      const spent = sum(samplesMs) / (seconds * 1000);
      const isDone = repeats === null && (spent >= ENDLESS || (spent >= 1 && samplesMs.length >= FEWEST_SAMPLES));
      if (starter.end !== null || isDone) continue;
      const result = await startOnce(starter.start, task);
      if ('kind' in result) starter.end = result;
      else if (round > 0) {
        samplesMs.push(result.ms);
        starter.loadedMs.push(result.loadedMs);
      }
    }
  }
  return starters.map(({ end, samplesMs, loadedMs }) => end ?? outcomeOf(samplesMs, loadedMs));
}

function outcomeOf(samplesMs: readonly number[], loadedMs: readonly number[]): Outcome {
  const note = `${median(loadedMs).toFixed(0)} ms of it after loading the library`;
  return { kind: 'measured', samplesMs, check: null, dispatches: null, note };
}

async function startOnce(
  startRunner: () => Promise<RunnerProcess>,
  task: TaskOf,
): Promise<{ readonly ms: number; readonly loadedMs: number } | Outcome> {
  const start = performance.now();
  try {
    const process = await startRunner();
    try {
      const reply = await process.ask({ do: 'start', task });
      const ms = performance.now() - start;
      if (reply.reply === 'ran') return { ms, loadedMs: reply.ms };
      if (reply.reply === 'not applicable') return { kind: 'not applicable', reason: reply.reason };
      return {
        kind: 'failed',
        reason: reply.reply === 'failed' ? reply.message : `Unexpected reply '${reply.reply}'.`,
      };
    } finally {
      await process.quit();
    }
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
