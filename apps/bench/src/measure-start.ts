import { performance } from 'node:perf_hooks';
import type { Contestant } from './contestants.ts';
import type { Budget, Outcome } from './measure.ts';
import { startRunner } from './runner-process.ts';
import type { TaskOf } from './tasks.ts';

/** Processes are slow to start: more samples than this tell nothing new. */
const MOST_SAMPLES = 9;

const FEWEST_SAMPLES = 3;

interface Starter {
  readonly contestant: Contestant;
  readonly samplesMs: number[];
  end: Outcome | null;
}

/**
 * Measures the time from the start of a process to the end of its first run of a task: loading the library, tracing,
 * compiling and running. The contestants take turns, as in `measureSteady`; the first round is not counted, since it
 * brings the files into the system's cache.
 *
 * @returns an outcome for each contestant, in their order
 */
export async function measureStart(
  task: TaskOf,
  contestants: readonly Contestant[],
  threads: number,
  { seconds, repeats }: Budget,
): Promise<readonly Outcome[]> {
  const starters: readonly Starter[] = contestants.map((contestant) => ({ contestant, samplesMs: [], end: null }));
  for (let round = 0; round <= (repeats ?? MOST_SAMPLES); round++) {
    for (const starter of starters) {
      const { samplesMs } = starter;
      const isDone = repeats === null && samplesMs.length >= FEWEST_SAMPLES && sum(samplesMs) >= seconds * 1000;
      if (starter.end !== null || isDone) continue;
      const result = await startOnce(starter.contestant, threads, task);
      if (typeof result !== 'number') starter.end = result;
      else if (round > 0) samplesMs.push(result);
    }
  }
  return starters.map(({ end, samplesMs }) => end ?? { kind: 'measured', samplesMs, check: null });
}

async function startOnce(contestant: Contestant, threads: number, task: TaskOf): Promise<number | Outcome> {
  const start = performance.now();
  try {
    const process = await startRunner(contestant, threads);
    try {
      const reply = await process.ask({ do: 'start', task });
      const ms = performance.now() - start;
      if (reply.reply === 'ran') return ms;
      if (reply.reply === 'not applicable') return { kind: 'not applicable', reason: reply.reason };
      return { kind: 'failed', reason: reply.reply === 'failed' ? reply.message : `It said '${reply.reply}'.` };
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
