import { copyRates, peakGflops } from '@manabi/backend-cpu/limits';
import type { Profile } from '../profile.ts';
import { type Prepared, repeat } from './prepared.ts';

/**
 * Runs a task for some time. Returns its steps, each with its shortest measured time and its shortest possible time.
 */
export async function profileOf(
  task: Prepared,
  stepsOf: NonNullable<Prepared['steps']>,
  seconds: number,
): Promise<Profile> {
  let milliseconds = Number.POSITIVE_INFINITY;
  let runs = 0;
  const end = performance.now() + seconds * 1000;
  for (let begin = performance.now(); begin < end; begin = performance.now()) {
    await repeat(task, 1);
    milliseconds = Math.min(milliseconds, performance.now() - begin);
    runs++;
  }
  const peak = peakGflops();
  const copyRate = copyRates();
  const steps = (await stepsOf()).map((step) => {
    const arithmeticMs = step.operations / peak / 1e6;
    // Each run of a step in a loop accesses different memory, so the bytes of all runs count.
    const memoryMs = step.bytes / copyRate(step.bytes / step.runs) / 1e6;
    return {
      ...step,
      milliseconds: step.milliseconds ?? Number.NaN,
      limitMs: Math.max(arithmeticMs, memoryMs),
      limit: arithmeticMs >= memoryMs ? ('arithmetic' as const) : ('memory' as const),
    };
  });
  return { steps, milliseconds, runs, peakGflops: peak };
}
